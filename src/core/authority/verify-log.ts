import type { ChainReport } from "./authority-api.ts";
import type { AuthorityStore, StoreRoot } from "./authority-store.ts";
import { type ChainFault, ChainVerifier } from "./chain.ts";
import { canonicalJson } from "../json.ts";

const BATCH = 200;

type LogSource = Pick<AuthorityStore, "entriesAfter" | "storedText" | "audit">;

/** A verification under way: each `next` reads some more, and the last one gives the report. */
export type Verification = Generator<undefined, ChainReport>;

/**
 * Reads the whole log and every document version it names, oldest first, and then asks whether the
 * store holds or serves anything that the log does not account for. Changes may be made between
 * two steps; the report is of what is there at its end.
 */
export function* verifyLog(store: LogSource, root: () => StoreRoot): Verification {
  const verifier = new ChainVerifier();
  for (;;) {
    const { fault, read } = verifyBatch(store, root(), verifier);
    if (fault !== null) return report(verifier, fault);
    if (read < BATCH) return report(verifier, restFault(store, root(), verifier));
    yield;
  }
}

function report({ head }: ChainVerifier, fault: ChainFault | null): ChainReport {
  return { verified: fault === null, entries: head.revision, headHash: head.hash, fault };
}

function verifyBatch(
  store: LogSource,
  root: StoreRoot,
  verifier: ChainVerifier,
): { readonly fault: ChainFault | null; readonly read: number } {
  let read = 0;
  for (const entry of store.entriesAfter(verifier.head.revision, BATCH)) {
    read += 1;
    const made = entry.changes.map(({ kind, key, after }) =>
      store.storedText({ kind, key, version: after.version }),
    );
    const fault = verifier.add(entry, made) ?? settingsFault(entry.environment, entry, root);
    if (fault !== null) return { fault, read };
  }
  return { fault: null, read };
}

function settingsFault(
  logged: unknown,
  { revision }: { readonly revision: number },
  { settings }: StoreRoot,
): ChainFault | null {
  if (revision !== 1 || canonicalJson(logged) === canonicalJson(settings)) return null;
  return { revision, what: "the environment's settings are not those that it was made with" };
}

function restFault(
  store: LogSource,
  { head }: StoreRoot,
  verifier: ChainVerifier,
): ChainFault | null {
  const last = verifier.head;
  if (last.revision !== head.revision) {
    const missing = last.revision < head.revision;
    const revision = missing ? last.revision + 1 : head.revision + 1;
    const what = missing
      ? `entry ${revision} is missing: the newest revision is ${head.revision}`
      : `it lies beyond the newest revision, ${head.revision}`;
    return { revision, what };
  }
  if (last.hash !== head.hash) {
    return { revision: head.revision, what: "its hash is not the newest on record" };
  }
  return unaccounted(store, verifier);
}

function unaccounted(store: LogSource, verifier: ChainVerifier): ChainFault | null {
  const { revision } = verifier.head;
  const audit = store.audit();
  if (audit.versions !== verifier.versions || audit.changes !== verifier.versions) {
    const what =
      `the log accounts for ${verifier.versions} document versions; ` +
      `the store holds ${audit.versions}, and ${audit.changes} changes`;
    return { revision, what };
  }
  let documents = 0;
  for (const { kind, key, version } of audit.current) {
    documents += 1;
    const expected = verifier.current(kind, key);
    if (expected?.version !== version) {
      const what = `${kind} ${key} is served in version ${version}; the log left it at ${expected?.version ?? "none"}`;
      return { revision, what };
    }
  }
  if (documents === verifier.documents) return null;
  return { revision, what: `${documents} of ${verifier.documents} documents are listed` };
}
