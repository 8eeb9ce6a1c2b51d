/**
 * The one to go on with: never the lower revision. Of two equal ones the held one stays, because
 * others may have remembered answers by its identity.
 */
export function adopt<T extends { readonly revision: number }>(
  held: T | undefined,
  candidate: T,
): T {
  return held !== undefined && held.revision >= candidate.revision ? held : candidate;
}
