import { ChainVerifier } from "../authority/chain.ts";
import { AuditChainVerifier } from "./chain.ts";
import type { AuditHead } from "./entry.ts";
import type { EnvironmentRecord, ExportHeader, OrganisationRecord } from "./export-record.ts";

/** Checks the entries of an export, of whichever kind its chain is. */
export interface ChainReader {
  readonly head: AuditHead;
  /** What is wrong with the next entry; `null`: nothing. */
  add(record: OrganisationRecord | EnvironmentRecord): string | null;
  /** Another one at the same place. */
  copy(): ChainReader;
}

export function chainReader({ chain, after }: ExportHeader): ChainReader {
  return chain.kind === "organisation"
    ? organisationReader(new AuditChainVerifier(chain.organisationId, after))
    : environmentReader(chain.environmentId, new ChainVerifier());
}

const OTHER_KIND = "it is an entry of another kind of chain";

const organisationReader = (verifier: AuditChainVerifier): ChainReader => ({
  get head() {
    return verifier.head;
  },
  add(record) {
    if (!("detail" in record)) return OTHER_KIND;
    const { entry, detail } = record;
    return verifier.add(entry, detail.state === "kept" ? detail : null)?.what ?? null;
  },
  copy: () => organisationReader(verifier.copy()),
});

const environmentReader = (environmentId: string, verifier: ChainVerifier): ChainReader => ({
  get head() {
    const { revision, atMs, hash } = verifier.head;
    return { sequence: revision, atMs, hash };
  },
  add(record) {
    if (!("made" in record)) return OTHER_KIND;
    const { entry } = record;
    const owner = entry.environment?.environmentId ?? environmentId;
    if (owner !== environmentId) return `it belongs to the environment "${owner}"`;
    const made = record.made.map((one, index) => {
      const change = entry.changes[index];
      if ("withheld" in one || change === undefined) return "withheld";
      const { kind, key, after } = change;
      return { ...one, kind, key, version: after.version, revision: entry.revision };
    });
    return verifier.add(entry, made)?.what ?? null;
  },
  copy: () => environmentReader(environmentId, verifier.copy()),
});
