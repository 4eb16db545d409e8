/** The command line was not understood: what is wrong with it, in a sentence for the person who wrote it. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}
