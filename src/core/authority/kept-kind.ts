import type { DocumentKind } from "../documents/snapshot.ts";

/** Kinds of documents that the authority keeps: those that evaluators get, and its own. */
export type KeptKind = DocumentKind | "break-glass-key" | "signing-key";
