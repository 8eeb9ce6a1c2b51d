/** What is there of an entry's detail. */
export type AuditDetailState =
  | { readonly state: "kept"; readonly salt: string; readonly detail: unknown }
  /** Personal data in it was replaced; the entry's hash is of what it was. */
  | { readonly state: "masked"; readonly detail: unknown }
  | { readonly state: "erased" }
  /** The installation no longer has the key. */
  | { readonly state: "unreadable"; readonly keyId: string };
