import type { ChainName } from "../../core/audit/checkpoint.ts";
import { COMPLIANCE_PRESETS } from "../../core/compliance/presets.ts";
import { inTurns } from "../in-turns.ts";
import type { PrivacySettingsStore } from "../privacy/environment-privacy.ts";
import { checkpointChain, type CheckpointAllDeps } from "./checkpoints.ts";
import { pruneChain, type PruneDeps } from "./prune-chain.ts";

/** Remembers when each chain is looked after next. */
export interface UpkeepStore {
  /** Those that are due, the longest first; one that was never looked after is. */
  due(nowMs: number, limit: number): Promise<readonly ChainName[]>;
  /** True for one caller: it has the chain until then, unless it says another moment. */
  claim(chain: ChainName, nowMs: number, untilMs: number): Promise<boolean>;
  dueAgain(chain: ChainName, atMs: number): Promise<void>;
}

export interface UpkeepDeps extends Omit<CheckpointAllDeps, "auditReader">, PruneDeps {
  readonly auditReader: CheckpointAllDeps["auditReader"] & PruneDeps["auditReader"];
  readonly upkeep: UpkeepStore;
  readonly privacySettings: Pick<PrivacySettingsStore, "ofOrganisation">;
}

export interface Upkept {
  /** Chains of which a checkpoint says where they end now. */
  readonly checkpoints: number;
  /** Entries that went into archives. */
  readonly pruned: number;
  /** What could not be done, by chain; it is tried again after an hour. */
  readonly failed: readonly { readonly what: string; readonly error: string }[];
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** How long whoever looks after a chain has it, and after how long a failure is tried again. */
const CLAIM_MS = HOUR_MS;
const CHAINS = 40;
const AT_A_TIME = 8;

/**
 * Looks after chains that are due: once in each day (UTC) every chain is signed, and old entries of
 * an organisation's own are archived, a bounded part at a time. What is left is for the next time.
 * What fails with one chain keeps nothing of the others from being done.
 */
export async function upkeep(deps: UpkeepDeps, limit = CHAINS): Promise<Upkept> {
  const due = await deps.upkeep.due(deps.now(), limit);
  const done = await inTurns(due, AT_A_TIME, async (chain) => {
    try {
      return await lookAfter(chain, deps);
    } catch (error) {
      return failure(chain, String(error));
    }
  });
  const sum = (of: (one: Upkept) => number) => done.reduce((total, one) => total + of(one), 0);
  return {
    checkpoints: sum(({ checkpoints }) => checkpoints),
    pruned: sum(({ pruned }) => pruned),
    failed: done.flatMap(({ failed }) => failed),
  };
}

const NOTHING: Upkept = { checkpoints: 0, pruned: 0, failed: [] };

function failure(chain: ChainName, error: string, done: Omit<Upkept, "failed"> = NOTHING): Upkept {
  const id = chain.kind === "organisation" ? chain.organisationId : chain.environmentId;
  return { ...done, failed: [{ what: `chain of the ${chain.kind} ${id}`, error }] };
}

async function lookAfter(chain: ChainName, deps: UpkeepDeps): Promise<Upkept> {
  const nowMs = deps.now();
  if (!(await deps.upkeep.claim(chain, nowMs, nowMs + CLAIM_MS))) return NOTHING;
  const signed = await checkpointChain(chain, deps);
  if (!signed.ok) return failure(chain, `the authority says ${signed.error.kind}`);
  const done = { checkpoints: signed.value === null ? 0 : 1, pruned: 0 };
  const isOwn = chain.kind === "organisation";
  const old = isOwn ? await pruneOld(chain.organisationId, deps) : NONE_OLD;
  if (typeof old === "string") return failure(chain, old, done);
  const tomorrowMs = nowMs - (nowMs % DAY_MS) + DAY_MS;
  await deps.upkeep.dueAgain(chain, old.more ? nowMs : tomorrowMs);
  return { ...done, pruned: old.pruned, failed: [] };
}

const NONE_OLD = { pruned: 0, more: false } as const;
const BY_ITSELF = { kind: "system", id: "maintenance", name: "maintenance" } as const;

/** Archives what is older than is set, but nothing that the preset keeps; or says why it could not. */
async function pruneOld(organisationId: string, deps: UpkeepDeps) {
  const { preset, auditEntryDays } = await deps.privacySettings.ofOrganisation(organisationId);
  if (auditEntryDays === null) return NONE_OLD;
  const days = Math.max(auditEntryDays, COMPLIANCE_PRESETS[preset].auditRetentionDaysLeast);
  const beforeMs = deps.now() - days * DAY_MS;
  // Pruning is recorded even when there is nothing: a chain must not grow for that each day.
  const [oldest, next] = await deps.auditReader.after(organisationId, 0, 2);
  if (oldest === undefined || next === undefined || oldest.entry.atMs >= beforeMs) return NONE_OLD;
  const reason = `Entries are kept for ${days} days.`;
  const caller = { organisationId, actor: BY_ITSELF, reason, requestId: null };
  const pruned = await pruneChain({ beforeMs, caller }, deps);
  if (pruned.ok) return pruned.value;
  const { kind, sequence } = pruned.error;
  const why = kind === "audit-broken" ? pruned.error.what : "its detail's key is gone";
  return `entry ${sequence}: ${why}`;
}
