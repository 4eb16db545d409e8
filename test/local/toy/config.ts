export default { jobs: ["quick", "throws", "hangs"] };
