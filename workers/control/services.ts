import type { Authorities } from "../../src/app/authorities.ts";
import type { CatalogueStore } from "../../src/app/catalogue/catalogue-store.ts";
import type { EnvironmentStore } from "../../src/app/environments/environment-store.ts";
import type { IdempotencyStore } from "../../src/app/idempotency/idempotency-store.ts";
import type { DeadLetterBodies, DeadLetterStore } from "../../src/app/events/dead-letter-store.ts";
import type { UsageStore } from "../../src/app/events/usage-store.ts";
import type { ProjectStore } from "../../src/app/projects/project-store.ts";
import { newSigningKey } from "../../src/adapters/crypto/ed25519.ts";
import { createD1CatalogueStore } from "../../src/adapters/d1/catalogue-store.ts";
import { createD1DeadLetterStore } from "../../src/adapters/d1/dead-letter-store.ts";
import { createD1EnvironmentStore } from "../../src/adapters/d1/environment-store.ts";
import { createD1IdempotencyStore } from "../../src/adapters/d1/idempotency-store.ts";
import { createD1ProjectStore } from "../../src/adapters/d1/project-store.ts";
import { createD1UsageStore } from "../../src/adapters/d1/usage-store.ts";
import { createAuthorities } from "../../src/adapters/durable-objects/authority-client.ts";
import { compileRe2 } from "../../src/adapters/patterns/re2.ts";
import { createEventQueue } from "../../src/adapters/queues/event-queue.ts";
import { createR2DeadLetterBodies } from "../../src/adapters/r2/dead-letter-bodies.ts";
import type { EventQueue } from "../../src/core/events/event-queue.ts";
import type { PatternCompiler } from "../../src/core/conditions/pattern.ts";
import type { SigningKeyPair } from "../../src/core/signing/signature.ts";
import type { ControlEnv } from "./env.ts";

/** Time and chance, handed in so that a test can decide them. */
export interface Sources {
  /** Milliseconds since the Unix epoch. */
  readonly now: () => number;
  readonly randomBytes: (length: number) => Uint8Array;
}

/** Everything that handlers and use cases need of the world. */
export interface Services extends Sources {
  readonly projects: ProjectStore;
  readonly environments: EnvironmentStore;
  readonly catalogue: CatalogueStore;
  readonly idempotency: IdempotencyStore;
  readonly usage: UsageStore;
  readonly deadLetters: DeadLetterStore;
  readonly deadLetterBodies: DeadLetterBodies;
  readonly eventQueue: EventQueue;
  readonly authorities: Authorities;
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
  const hex = (length: number) =>
    [...sources.randomBytes(length)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return {
    ...sources,
    projects: createD1ProjectStore(env.DB),
    environments: createD1EnvironmentStore(env.DB),
    catalogue: createD1CatalogueStore(env.DB),
    idempotency: createD1IdempotencyStore(env.DB),
    usage: createD1UsageStore(env.DB),
    deadLetters: createD1DeadLetterStore(env.DB),
    deadLetterBodies: createR2DeadLetterBodies(env.RAW_EVENTS),
    eventQueue: createEventQueue(env),
    authorities: createAuthorities(env.ENVIRONMENTS),
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
