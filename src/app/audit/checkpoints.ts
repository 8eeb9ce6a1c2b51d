import {
  checkpointText,
  type ChainName,
  type PruneMark,
  type SignedCheckpoint,
} from "../../core/audit/checkpoint.ts";
import type { AuditHead } from "../../core/audit/entry.ts";
import type { Page, PageRequest } from "../../core/authority/authority-api.ts";
import type { AuthorityProblem } from "../../core/authority/problem.ts";
import { environmentId } from "../../core/brand.ts";
import { ok } from "../../core/result.ts";
import type { Result } from "../../core/result.ts";
import type { Authorities } from "../authorities.ts";
import { inTurns } from "../in-turns.ts";
import type { AuditPlaces, AuditReader } from "./audit-reader.ts";
import type { ChainKeys } from "./chain-keys.ts";

export interface CheckpointStore {
  /**
   * Keeps it, once: a chain has one ordinary checkpoint at a place, and one with a prune mark. The
   * answer is the one that is kept.
   */
  keep(signed: SignedCheckpoint): Promise<SignedCheckpoint>;
  /** Newest first. */
  list(organisationId: string, page: PageRequest): Promise<Page<SignedCheckpoint>>;
  /** The one of the organisation's own chain at this place that has a prune mark. */
  pruneMarkAt(organisationId: string, sequence: number): Promise<SignedCheckpoint | undefined>;
}

export interface CheckpointDeps {
  readonly chainKeys: ChainKeys;
  readonly checkpoints: CheckpointStore;
  readonly now: () => number;
}

/** Signs that the chain had this entry, and with a prune mark that a chain may start after it. */
export async function signCheckpoint(
  chain: ChainName,
  head: AuditHead,
  { chainKeys, checkpoints, now }: CheckpointDeps,
  prune?: PruneMark,
): Promise<SignedCheckpoint> {
  const key = await chainKeys.of(chain.organisationId);
  const marked = prune === undefined ? {} : { prune };
  const checkpoint = { chain, head, signedAtMs: now(), keyId: key.id, ...marked };
  const signature = await key.sign(checkpointText(checkpoint));
  return checkpoints.keep({ checkpoint, signature });
}

export interface CheckpointAllDeps extends CheckpointDeps {
  readonly auditReader: Pick<AuditReader, "head">;
  readonly auditPlaces: AuditPlaces;
  readonly authorities: Authorities;
}

/** How many authorities are asked at a time. */
const AT_A_TIME = 10;

/** Signs what every chain of the organisation ends with now; chains without entries are left out. */
export async function checkpointAll(
  organisationId: string,
  deps: CheckpointAllDeps,
): Promise<Result<readonly SignedCheckpoint[], AuthorityProblem>> {
  const head = await deps.auditReader.head(organisationId);
  const own = { chain: { kind: "organisation", organisationId } as const, head };
  const places = await deps.auditPlaces.all(organisationId);
  const ids = places.flatMap((place) => place.environmentId ?? []);
  const heads = await inTurns(ids, AT_A_TIME, (id) => environmentHead(organisationId, id, deps));
  const failed = heads.find((one) => !one.ok);
  if (failed !== undefined && !failed.ok) return failed;
  const ends = [own, ...heads.flatMap((one) => (one.ok && one.value !== null ? [one.value] : []))];
  const begun = ends.filter((end) => end.head.sequence > 0);
  return ok(await inTurns(begun, AT_A_TIME, (end) => signCheckpoint(end.chain, end.head, deps)));
}

interface ChainEnd {
  readonly chain: ChainName;
  readonly head: AuditHead;
}

async function environmentHead(
  organisationId: string,
  id: string,
  { authorities }: CheckpointAllDeps,
): Promise<Result<ChainEnd | null, AuthorityProblem>> {
  const query = { limit: 1, cursor: null, document: null };
  const newest = await authorities.of(environmentId(id)).log(query);
  if (!newest.ok) return newest.error.kind === "unknown-environment" ? ok(null) : newest;
  const [entry] = newest.value.items;
  if (entry === undefined) return ok(null);
  const { revision: sequence, atMs, hash } = entry;
  const chain = { kind: "environment", organisationId, environmentId: id } as const;
  return ok({ chain, head: { sequence, atMs, hash } });
}
