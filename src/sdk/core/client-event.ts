import type { ClientStatus } from "./client-status.ts";

/** What a client tells the application. */
export type ClientEvent =
  | { readonly type: "status"; readonly status: ClientStatus }
  /**
   * Another revision is in use: a newer one, or the first that is vouched for. `flags`: keys of
   * those that may answer otherwise, sorted.
   */
  | { readonly type: "changed"; readonly revision: number; readonly flags: readonly string[] }
  /** Something came and was not used; what is held stays, and the server is asked anew. */
  | { readonly type: "refused"; readonly why: string };
