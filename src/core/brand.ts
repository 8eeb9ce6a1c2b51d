declare const brand: unique symbol;

/** A value that was checked once, at a boundary, and is trusted from there on. */
type Brand<T, Name extends string> = T & { readonly [brand]: Name };

/** Names one environment everywhere: in SDK keys, object names and KV. `[a-z0-9]{8,32}`. */
export type EnvironmentId = Brand<string, "EnvironmentId">;
/** Milliseconds since the Unix epoch. */
export type EpochMs = Brand<number, "EpochMs">;

/* oxlint-disable typescript/no-unsafe-type-assertion -- brands are given here, and nowhere else */
export const environmentId = (checked: string) => checked as EnvironmentId;
export const epochMs = (checked: number) => checked as EpochMs;
