import { waitUntil } from "cloudflare:workers";
import { hexOf } from "../../src/core/hash/hex.ts";
import { createD1ChainKeys } from "../../src/adapters/d1/audit-chain-keys.ts";
import { createD1CheckpointStore } from "../../src/adapters/d1/audit-checkpoints.ts";
import { createD1AuditLog } from "../../src/adapters/d1/audit-log.ts";
import type { AuditLog } from "../../src/adapters/d1/audit-log.ts";
import { createD1ComplianceReader } from "../../src/adapters/d1/privacy-settings.ts";
import { keepCheckpointIn } from "../../src/adapters/r2/audit-objects.ts";
import { signCheckpoint } from "../../src/app/audit/checkpoints.ts";
import type { AuditEntry } from "../../src/core/audit/entry.ts";
import { auditKeyring } from "./audit-keys.ts";
import type { ControlEnv } from "./env.ts";
import { auditMaskingOf } from "./known-preset.ts";
import { consoleLog } from "./http/log.ts";
import type { Sources } from "./sources.ts";

type AuditEnv = Pick<ControlEnv, "DB" | "RAW_EVENTS" | "ADMIN_TOKEN" | "AUDIT_KEYS">;

/** The writer of the organisations' chains, with its keys from the environment's secrets. */
export const createAuditLog = (
  env: AuditEnv,
  { now, randomBytes }: Pick<Sources, "now" | "randomBytes">,
): AuditLog =>
  createD1AuditLog(env.DB, {
    keyring: () => auditKeyring(env),
    newSalt: () => hexOf(randomBytes(16)),
    random: () => (randomBytes(1)[0] ?? 0) / 256,
    wait: (ms) => scheduler.wait(ms),
    maskingOf: (organisationId) =>
      auditMaskingOf(organisationId, createD1ComplianceReader(env.DB), now()),
    appended: (entry) => {
      if (entry.sequence % CHECKPOINT_EVERY === 0) waitUntil(checkpointAt(entry, env, now));
    },
  });

/** Entries. */
const CHECKPOINT_EVERY = 1_000;

/** Behind the answer: who writes the thousandth entry need not wait, nor fail, for its signature. */
async function checkpointAt(entry: AuditEntry, env: AuditEnv, now: () => number): Promise<void> {
  const { organisationId, sequence, atMs, hash } = entry;
  const chain = { kind: "organisation", organisationId } as const;
  const chainKeys = createD1ChainKeys(env.DB, () => auditKeyring(env), now);
  const checkpoints = createD1CheckpointStore(env.DB, keepCheckpointIn(env.RAW_EVENTS));
  try {
    await signCheckpoint(chain, { sequence, atMs, hash }, { chainKeys, checkpoints, now });
  } catch (error) {
    consoleLog("warn", "audit.checkpoint-failed", { sequence, error: String(error) });
  }
}
