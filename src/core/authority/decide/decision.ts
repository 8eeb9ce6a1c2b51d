import { canonicalJson } from "../../json.ts";
import { ok, type Result } from "../../result.ts";
import type { SigningKey } from "../../signing/seal.ts";
import type { AuthorityStore } from "../authority-store.ts";
import type { DocumentVersion, VersionOf } from "../document-version.ts";
import type { KeptKind } from "../kept-kind.ts";
import type { LogEntry } from "../log-entry.ts";
import type { AuthorityProblem } from "../problem.ts";
import type { EnvironmentState } from "../state.ts";

/** What a command does to an environment; it is a proposal until the compiler accepts it. */
export type Decision =
  | { readonly kind: "unchanged"; readonly target: DocumentVersion | null }
  | {
      readonly kind: "change";
      /** What the log names. */
      readonly about: LogEntry["target"];
      readonly steps: readonly DocumentStep[];
      /** The document that the answer shows; `null` for commands about many. */
      readonly target: { readonly kind: KeptKind; readonly key: string } | null;
    };

/** A document's next version. Archived stands for deleted and revoked as well. */
export type DocumentStep = {
  readonly [K in KeptKind]: Pick<VersionOf<K>, "kind" | "key" | "document"> & {
    readonly archived: boolean;
  };
}[KeptKind];

export type Decided = Result<Decision, AuthorityProblem>;

/** All that a decision may look at. */
export interface DecisionContext {
  readonly state: EnvironmentState;
  /** The moment the change is accepted at; milliseconds since the Unix epoch. */
  readonly atMs: number;
  /** The actor's words, trimmed; `null`: none. */
  readonly reason: string | null;
  /** A key that was made for this command; `null`: for none. */
  readonly signingKey: SigningKey | null;
  /** Earlier versions, for rollbacks. */
  readonly history: Pick<AuthorityStore, "versionAt" | "versionsAt">;
}

/** One document's change, or none when the step leads to what is there. */
export function changeTo(before: DocumentVersion | undefined, step: DocumentStep): Decided {
  if (before !== undefined && leadsNowhere(before, step)) {
    return ok({ kind: "unchanged", target: before });
  }
  const about = { kind: step.kind, key: step.key };
  return ok({ kind: "change", about, steps: [step], target: about });
}

export function leadsNowhere(before: DocumentVersion, step: DocumentStep): boolean {
  return (
    step.archived === (before.archivedAtMs !== null) &&
    canonicalJson(step.document) === canonicalJson(before.document)
  );
}
