/**
 * Why the state folder could not be used and what to do about it, for the person who started;
 * `undefined` when the error is not one of the file system about that folder.
 */
export function stateProblem(stateDir: string, error: unknown): string | undefined {
  if (!(error instanceof Error) || !("code" in error)) return undefined;
  // Node names no path when a file was opened and then could not be read.
  const isNameless = "syscall" in error && error.syscall === "read";
  const at = "path" in error ? String(error.path) : isNameless ? stateDir : "";
  if (at === "") return undefined;
  if (!at.startsWith(stateDir) && !stateDir.startsWith(at)) return undefined;
  return (
    `The state folder ${stateDir} cannot be used: ${reason(String(error.code), at)}\n` +
    "Name a folder that you may write to; it is made when it is missing:  npm start -- --state DIR"
  );
}

function reason(code: string, at: string): string {
  switch (code) {
    case "EEXIST":
      return `${at} must be a folder, and is something else.`;
    case "EISDIR":
      return "a folder is in it where a file must be.";
    case "ENOTDIR":
      return `a part of the path ${at} is not a folder.`;
    case "EACCES":
    case "EPERM":
      return `you may not write to ${at}.`;
    case "EROFS":
      return `${at} is on a file system that can only be read.`;
    case "ENOSPC":
    case "EDQUOT":
      return `there is no space left for ${at}.`;
    case "ENAMETOOLONG":
      return "its path is too long.";
    case "ENOENT":
      return `${at} cannot be made.`;
    default:
      return `the system answered ${code} for ${at}.`;
  }
}
