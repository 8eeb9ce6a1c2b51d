/** The outcome of something that may fail in an expected way: facts in the arms, no prose. */
export type Result<T, E> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: E };

export const ok = <T>(value: T): { readonly ok: true; readonly value: T } => ({ ok: true, value });

export const err = <E>(error: E): { readonly ok: false; readonly error: E } => ({
  ok: false,
  error,
});

function unreachable(message: string): never {
  throw new Error(message);
}

/** For states that only a bug can reach. Expected failures are `Result`s. */
export function invariant(condition: unknown, message: string): asserts condition {
  if (!condition) unreachable(message);
}

/** Makes a `switch` over a union fail to compile when the union grows. */
export function assertNever(value: never): never {
  return unreachable(`unexpected ${JSON.stringify(value)}`);
}
