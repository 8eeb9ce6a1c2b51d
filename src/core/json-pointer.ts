/** The JSON Pointer (RFC 6901) of a member or list item of what `parent` points to. */
export function childPointer(parent: string, token: string | number): string {
  return `${parent}/${String(token).replaceAll("~", "~0").replaceAll("/", "~1")}`;
}
