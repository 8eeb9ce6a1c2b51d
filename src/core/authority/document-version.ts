import type { ExperimentDocument, HoldoutDocument } from "../documents/experiment.ts";
import type { FlagDocument } from "../documents/flag.ts";
import type { SegmentDocument } from "../documents/segment.ts";
import type { SettingsDocument } from "../documents/settings.ts";
import type { DocumentKind } from "../documents/snapshot.ts";
import { sha256Hex } from "../hash/sha256.ts";
import { canonicalJson } from "../json.ts";
import type { SigningKey } from "../signing/seal.ts";
import type { BreakGlassKey } from "./break-glass-key.ts";
import type { Stored } from "./authority-api.ts";
import type { IssuedKey } from "./command.ts";
import type { KeptKind } from "./kept-kind.ts";

/** Every kind of document that evaluators get, in the order in which snapshots list them. */
export const DOCUMENT_KINDS = [
  "flag",
  "segment",
  "experiment",
  "holdout",
  "key",
  "settings",
] as const satisfies readonly DocumentKind[];

/** Every kind of document that the authority keeps: the last ones are its own affair. */
export const KEPT_KINDS = [
  ...DOCUMENT_KINDS,
  "break-glass-key",
  "signing-key",
] as const satisfies readonly KeptKind[];

export interface DocumentOf {
  readonly flag: FlagDocument;
  readonly segment: SegmentDocument;
  readonly experiment: ExperimentDocument;
  readonly holdout: HoldoutDocument;
  readonly key: IssuedKey;
  readonly settings: SettingsDocument;
  readonly "break-glass-key": BreakGlassKey;
  readonly "signing-key": SigningKey;
}

/** One version of one document as it was accepted. It never changes. */
export interface VersionOf<K extends KeptKind> extends Stored<DocumentOf[K]> {
  readonly kind: K;
  /** A key document's name is its id. */
  readonly key: string;
  /** What log entries bind this version with; see `DocumentVersionRef`. */
  readonly hash: string;
  /** UTF-8 bytes of the document's canonical JSON. */
  readonly bytes: number;
}

/** A version of a document that evaluators get. */
export type ServedVersion = { readonly [K in DocumentKind]: VersionOf<K> }[DocumentKind];
export type DocumentVersion =
  | ServedVersion
  | VersionOf<"break-glass-key">
  | VersionOf<"signing-key">;

/** False for documents that are the authority's own affair. */
export function isServedKind(version: DocumentVersion): version is ServedVersion {
  return version.kind !== "break-glass-key" && version.kind !== "signing-key";
}

/** Which version of which document. */
export interface VersionName {
  readonly kind: KeptKind;
  readonly key: string;
  readonly version: number;
}

/**
 * The hash of a version whose document is already canonical JSON text. The text is hashed as it
 * stands, so an edit that JSON would not notice is noticed here.
 */
export function versionHash(name: VersionName, archived: boolean, body: string): string {
  const { kind, key, version } = name;
  // The members in the order of `canonicalJson`, spared a parse and a print of the document.
  return sha256Hex(
    `{"archived":${archived},"document":${body},"key":${canonicalJson(key)},` +
      `"kind":${canonicalJson(kind)},"version":${version}}`,
  );
}
