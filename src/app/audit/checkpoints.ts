import {
  checkpointText,
  type ChainName,
  type PruneMark,
  type SignedCheckpoint,
} from "../../core/audit/checkpoint.ts";
import { EMPTY_CHAIN, type AuditHead } from "../../core/audit/entry.ts";
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
  const places = await deps.auditPlaces.all(organisationId);
  const ids = places.flatMap((place) => place.environmentId ?? []);
  const chains: readonly ChainName[] = [
    { kind: "organisation", organisationId },
    ...ids.map((id) => ({ kind: "environment" as const, organisationId, environmentId: id })),
  ];
  const made = await inTurns(chains, AT_A_TIME, (chain) => checkpointChain(chain, deps));
  const failed = made.find((one) => !one.ok);
  if (failed !== undefined && !failed.ok) return failed;
  return ok(made.flatMap((one) => (one.ok && one.value !== null ? [one.value] : [])));
}

/** Signs what a chain ends with now; `null`: it has no entry. */
export async function checkpointChain(
  chain: ChainName,
  deps: Omit<CheckpointAllDeps, "auditPlaces">,
): Promise<Result<SignedCheckpoint | null, AuthorityProblem>> {
  const head =
    chain.kind === "organisation"
      ? ok(await deps.auditReader.head(chain.organisationId))
      : await environmentHead(chain.environmentId, deps);
  if (!head.ok) return head;
  if (head.value.sequence === 0) return ok(null);
  return ok(await signCheckpoint(chain, head.value, deps));
}

async function environmentHead(
  id: string,
  { authorities }: Pick<CheckpointAllDeps, "authorities">,
): Promise<Result<AuditHead, AuthorityProblem>> {
  const query = { limit: 1, cursor: null, document: null };
  const newest = await authorities.of(environmentId(id)).log(query);
  if (!newest.ok) return newest.error.kind === "unknown-environment" ? ok(EMPTY_CHAIN) : newest;
  const [entry] = newest.value.items;
  if (entry === undefined) return ok(EMPTY_CHAIN);
  const { revision: sequence, atMs, hash } = entry;
  return ok({ sequence, atMs, hash });
}
