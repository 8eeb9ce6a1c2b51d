import type { AuditPlaces, AuditReader } from "../../src/app/audit/audit-reader.ts";
import type { ChainKeys } from "../../src/app/audit/chain-keys.ts";
import type { CheckpointStore } from "../../src/app/audit/checkpoints.ts";
import type { AuditArchives, ChainKeeper } from "../../src/app/audit/prune-chain.ts";
import type { UpkeepStore } from "../../src/app/audit/upkeep.ts";
import { createD1ChainKeys } from "../../src/adapters/d1/audit-chain-keys.ts";
import { createD1CheckpointStore } from "../../src/adapters/d1/audit-checkpoints.ts";
import { createD1ChainKeeper } from "../../src/adapters/d1/audit-keeper.ts";
import type { AuditLog } from "../../src/adapters/d1/audit-log.ts";
import { createD1AuditPlaces } from "../../src/adapters/d1/audit-places.ts";
import { createD1AuditReader } from "../../src/adapters/d1/audit-reader.ts";
import { createD1Upkeep } from "../../src/adapters/d1/audit-upkeep.ts";
import { createR2AuditArchives, keepCheckpointIn } from "../../src/adapters/r2/audit-objects.ts";
import { auditKeyring } from "./audit-keys.ts";
import type { ControlEnv } from "./env.ts";
import type { Sources } from "./sources.ts";

/** What reads, signs, exports and keeps organisations' chains. */
export interface AuditServices {
  readonly auditReader: AuditReader;
  readonly auditPlaces: AuditPlaces;
  readonly chainKeys: ChainKeys;
  readonly checkpoints: CheckpointStore;
  readonly chainKeeper: ChainKeeper;
  readonly archives: AuditArchives;
  readonly upkeep: UpkeepStore;
}

type AuditEnv = Pick<ControlEnv, "DB" | "RAW_EVENTS" | "ADMIN_TOKEN" | "AUDIT_KEYS">;

export function createAuditServices(
  env: AuditEnv,
  audit: AuditLog,
  { now }: Pick<Sources, "now">,
): AuditServices {
  const keyring = () => auditKeyring(env);
  return {
    auditReader: createD1AuditReader(env.DB, keyring),
    auditPlaces: createD1AuditPlaces(env.DB),
    chainKeys: createD1ChainKeys(env.DB, keyring, now),
    checkpoints: createD1CheckpointStore(env.DB, keepCheckpointIn(env.RAW_EVENTS)),
    chainKeeper: createD1ChainKeeper(env.DB, audit, keyring),
    archives: createR2AuditArchives(env.RAW_EVENTS, keyring),
    upkeep: createD1Upkeep(env.DB),
  };
}
