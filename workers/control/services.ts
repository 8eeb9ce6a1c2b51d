import { waitUntil } from "cloudflare:workers";
import { hexOf } from "../../src/core/hash/hex.ts";
import type { AccessStore } from "../../src/app/access/access-store.ts";
import type { AuditTrail } from "../../src/app/audit/audit-trail.ts";
import type { Authorities } from "../../src/app/authorities.ts";
import type { CatalogueStore } from "../../src/app/catalogue/catalogue-store.ts";
import type { EnvironmentStore } from "../../src/app/environments/environment-store.ts";
import type { IdempotencyStore } from "../../src/app/idempotency/idempotency-store.ts";
import type { DeadLetterBodies, DeadLetterList } from "../../src/app/events/dead-letter-store.ts";
import type { UsageStore } from "../../src/app/events/usage-store.ts";
import type { KeyUseStore } from "../../src/app/keys/key-uses.ts";
import type { ProjectStore } from "../../src/app/projects/project-store.ts";
import type { ServiceAccountStore } from "../../src/app/service-accounts/service-account-store.ts";
import type { TokenDirectory } from "../../src/app/tokens/token-directory.ts";
import type { TokenStore } from "../../src/app/tokens/token-store.ts";
import { newSigningKey } from "../../src/adapters/crypto/ed25519.ts";
import { createD1AccessStore } from "../../src/adapters/d1/access-store.ts";
import { createD1CatalogueStore } from "../../src/adapters/d1/catalogue-store.ts";
import { createD1DeadLetterList } from "../../src/adapters/d1/dead-letter-store.ts";
import { createD1EnvironmentStore } from "../../src/adapters/d1/environment-store.ts";
import { createD1IdempotencyStore } from "../../src/adapters/d1/idempotency-store.ts";
import { createD1KeyUses } from "../../src/adapters/d1/key-uses.ts";
import { createD1ProjectStore } from "../../src/adapters/d1/project-store.ts";
import { createD1ServiceAccountStore } from "../../src/adapters/d1/service-account-store.ts";
import { createD1TokenDirectory } from "../../src/adapters/d1/token-directory.ts";
import { createD1TokenStore } from "../../src/adapters/d1/token-store.ts";
import { createD1UsageStore } from "../../src/adapters/d1/usage-store.ts";
import {
  createAuthorities,
  offersJurisdiction,
} from "../../src/adapters/durable-objects/authority-client.ts";
import { compileRe2 } from "../../src/adapters/patterns/re2.ts";
import { createEventQueue } from "../../src/adapters/queues/event-queue.ts";
import { createR2DeadLetterBodies } from "../../src/adapters/r2/dead-letter-bodies.ts";
import type { EventQueue } from "../../src/core/events/event-queue.ts";
import type { Jurisdiction } from "../../src/core/jurisdiction.ts";
import type { PatternCompiler } from "../../src/core/conditions/pattern.ts";
import type { SigningKeyPair } from "../../src/core/signing/signature.ts";
import { createAccessServices } from "./access-services.ts";
import type { AccessServices } from "./access-services.ts";
import { createAuditLog } from "./audit-log.ts";
import { createAuditServices } from "./audit-services.ts";
import type { AuditServices } from "./audit-services.ts";
import type { ControlEnv } from "./env.ts";
import { createSsoServices } from "./identity/sso-services.ts";
import type { SsoServices } from "./identity/sso-services.ts";
import { createIdentityServices } from "./identity/identity-services.ts";
import type { IdentityServices } from "./identity/identity-services.ts";
import { createPrivacyServices } from "./privacy-services.ts";
import type { PrivacyServices } from "./privacy-services.ts";
import type { Sources } from "./sources.ts";

/** Everything that handlers and use cases need of the world. */
export interface Services
  extends Sources, AccessServices, AuditServices, IdentityServices, PrivacyServices, SsoServices {
  readonly access: AccessStore;
  readonly keyUses: KeyUseStore;
  readonly audit: AuditTrail;
  readonly projects: ProjectStore;
  readonly environments: EnvironmentStore;
  readonly catalogue: CatalogueStore;
  readonly idempotency: IdempotencyStore;
  readonly serviceAccounts: ServiceAccountStore;
  readonly tokens: TokenStore;
  readonly tokenDirectory: TokenDirectory;
  /** Lets work go on behind the answer. It must not reject. */
  readonly later: (work: Promise<void>) => void;
  readonly usage: UsageStore;
  readonly deadLetterList: DeadLetterList;
  readonly deadLetterBodies: DeadLetterBodies;
  readonly eventQueue: EventQueue;
  readonly authorities: Authorities;
  readonly offersJurisdiction: (name: Jurisdiction) => boolean;
  readonly compilePattern: PatternCompiler;
  /** Milliseconds. */
  readonly wait: (ms: number) => Promise<void>;
  readonly catalogueIsThere: () => Promise<boolean>;
  /** 32 lower-case hexadecimal digits. */
  readonly newId: () => string;
  /** `[a-z0-9]{16}` */
  readonly newEnvironmentId: () => string;
  readonly newSalt: () => string;
  readonly newSigningKey: () => Promise<SigningKeyPair>;
}

const DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz";

export function createServices(env: ControlEnv, sources: Sources): Services {
  const hex = (length: number) => hexOf(sources.randomBytes(length));
  const audit = createAuditLog(env, sources);
  return {
    ...sources,
    ...createIdentityServices(env, { audit, now: sources.now, newId: () => hex(16) }),
    ...createSsoServices(env, audit, { ...sources, newId: () => hex(16) }),
    access: createD1AccessStore(env.DB),
    ...createAccessServices(env, audit),
    ...createPrivacyServices(env, audit, sources),
    ...createAuditServices(env, audit, sources),
    audit,
    projects: createD1ProjectStore(env.DB, audit),
    environments: createD1EnvironmentStore(env.DB, audit),
    catalogue: createD1CatalogueStore(env.DB, audit),
    idempotency: createD1IdempotencyStore(env.DB),
    serviceAccounts: createD1ServiceAccountStore(env.DB, audit),
    tokens: createD1TokenStore(env.DB, audit),
    tokenDirectory: createD1TokenDirectory(env.DB, audit),
    later: waitUntil,
    keyUses: createD1KeyUses(env.DB),
    usage: createD1UsageStore(env.DB),
    deadLetterList: createD1DeadLetterList(env.DB, audit),
    deadLetterBodies: createR2DeadLetterBodies(env.RAW_EVENTS),
    eventQueue: createEventQueue(env),
    authorities: createAuthorities(env.ENVIRONMENTS),
    offersJurisdiction: (name) => offersJurisdiction(env.ENVIRONMENTS, name),
    compilePattern: compileRe2,
    wait: (ms) => scheduler.wait(ms),
    catalogueIsThere: () => isThere(env.DB),
    newId: () => hex(16),
    newEnvironmentId: () =>
      [...sources.randomBytes(16)].map((byte) => DIGITS.charAt(byte % DIGITS.length)).join(""),
    newSalt: () => hex(16),
    newSigningKey,
  };
}

async function isThere(database: D1Database): Promise<boolean> {
  try {
    await database.prepare("SELECT 1 FROM organisations LIMIT 1").run();
    return true;
  } catch {
    return false;
  }
}
