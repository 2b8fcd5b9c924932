/** macOS allows 1,024, with the folder in front. */
const MOST_PATH_BYTES = 900;

/** Why a file can't lie in the work folder under this name, in words that follow the name; undefined where it can. */
export function complaintAboutPath(path: string): string | undefined {
  if (path === "") return "is empty";
  if (/[\0-\x1f\x7f]/.test(path)) return "has a control character";
  if (path.startsWith("/") || /^[A-Za-z]:/.test(path)) return "is absolute";
  if (path.split("/").some((part) => part === "" || part === "." || part === ".."))
    return 'has an empty, "." or ".." part';
  if (path.split("/").some((part) => Buffer.byteLength(part) > 255)) return "has a part of over 255 bytes";
  if (Buffer.byteLength(path) > MOST_PATH_BYTES) return `has over ${MOST_PATH_BYTES} bytes`;
  return undefined;
}
