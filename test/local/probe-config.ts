export default "the probe's configuration";
