import type { SealClaim } from "../signing/claim.ts";
import type { Seal } from "../signing/seal.ts";
import type { ChangesSince } from "./authority-api.ts";

type Sealed = Extract<ChangesSince, { readonly seal: Seal }>;

type WithClaim<T> = T extends Sealed ? Omit<T, "seal"> & { readonly claim: SealClaim } : never;

/** What leads a reader forward, as the authority has it before it is sealed. */
export type UnsealedAdvance = WithClaim<Sealed>;

/**
 * `ChangesSince` before it is sealed: signing takes time, in which the state may go on, so what is
 * to be signed is taken at the same moment as what is sent.
 */
export type UnsealedChanges = Exclude<ChangesSince, Sealed> | UnsealedAdvance;
