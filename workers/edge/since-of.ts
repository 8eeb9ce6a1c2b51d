/** The revision that a reader says it holds, in `?since=`; `null`: none, or what is no revision. */
export function sinceOf(url: string): number | null {
  const [, digits] = /[?&]since=(\d{1,15})(?:&|#|$)/.exec(url) ?? [];
  return digits === undefined ? null : Number(digits);
}
