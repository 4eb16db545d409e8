const reasons: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file",
  EISDIR: "it is a directory: name the files in it",
  EACCES: "you may not read it",
};

/** Why a file cannot be read, for a person. */
export function whyUnreadable(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  const reason = reasons[code ?? ""];
  return reason === undefined ? (code ?? "unknown reason") : `${reason} (${code})`;
}
