import type { AuthorityApi } from "../core/authority/authority-api.ts";
import type { EnvironmentId } from "../core/brand.ts";

/** The way to each environment's authority. Its methods reject with `AuthorityUnavailable`. */
export interface Authorities {
  of(environmentId: EnvironmentId): AuthorityApi;
}

/** The platform did not carry the call: whether it was done is not known. It may be repeated. */
export class AuthorityUnavailable extends Error {
  override readonly name = "AuthorityUnavailable";
}
