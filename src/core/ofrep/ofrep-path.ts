/** All flags; one is below it. */
export const FLAGS_PATH = "/ofrep/v1/evaluate/flags";

export type OfrepTarget =
  | { readonly kind: "bulk" }
  /** The key as it was asked for, which no flag may be able to have. */
  | { readonly kind: "flag"; readonly key: string };

/**
 * The path of a URL as platforms hand them over: absolute and normalised, so that taking a slice
 * gives what parsing it once more would.
 */
export function pathOfUrl(url: string): string {
  const start = url.indexOf("/", url.indexOf("://") + 3);
  if (start === -1) return "/";
  const hash = url.indexOf("#", start);
  const end = hash === -1 ? url.length : hash;
  const query = url.indexOf("?", start);
  return url.slice(start, query === -1 || query > end ? end : query);
}

/** One slash for many and none at the end: clients join base URLs in every way. */
export function normalizePath(pathname: string): string {
  const collapsed = pathname.includes("//") ? pathname.replace(/\/{2,}/g, "/") : pathname;
  return collapsed.length > 1 && collapsed.endsWith("/") ? collapsed.slice(0, -1) : collapsed;
}

/** What an OFREP path asks for; `null`: it is not one. The key is decoded once. */
export function ofrepTarget(normalizedPath: string): OfrepTarget | null {
  if (normalizedPath === FLAGS_PATH) return { kind: "bulk" };
  if (!normalizedPath.startsWith(`${FLAGS_PATH}/`)) return null;
  return { kind: "flag", key: decoded(normalizedPath.slice(FLAGS_PATH.length + 1)) };
}

/** A text that is no encoding stands for itself, and holds a `%`, which no key has. */
function decoded(segment: string): string {
  if (!segment.includes("%")) return segment;
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
