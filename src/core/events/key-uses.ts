import type { EnvironmentId } from "../brand.ts";
import type { SdkKeyEntry } from "../documents/sdk-key-entry.ts";
import type { KeyUseEvent } from "./event.ts";

/** How exactly it is told when a key was used; in milliseconds. */
const USE_GRAIN_MS = 60_000;

interface KeyUse {
  readonly environmentId: EnvironmentId;
  readonly key: string;
  readonly atMs: number;
}

/** Which keys were used, each at most once a minute, until it is reported. Names no unit. */
export class KeyUses {
  readonly #most: number;
  /** In which minute an entry was noted; a new ruleset has new entries. */
  readonly #noted = new WeakMap<SdkKeyEntry, number>();
  #pending = new Map<string, KeyUse>();

  /** @param most how many keys are remembered until they are reported; more are left out. */
  constructor(most: number) {
    this.#most = most;
  }

  get size(): number {
    return this.#pending.size;
  }

  /** True when the use is to be noted: at all other times it costs this look. */
  isNew(key: SdkKeyEntry, nowMs: number): boolean {
    return this.#noted.get(key) !== minuteOf(nowMs);
  }

  note(environmentId: EnvironmentId, key: SdkKeyEntry, nowMs: number): void {
    const atMs = minuteOf(nowMs);
    this.#noted.set(key, atMs);
    const name = `${environmentId}\n${key.id}`;
    if (this.#pending.size >= this.#most && !this.#pending.has(name)) return;
    this.#pending.set(name, { environmentId, key: key.id, atMs });
  }

  /** Takes everything out, as one event for each key. */
  drain(newId: () => string): Map<EnvironmentId, KeyUseEvent[]> {
    const pending = this.#pending;
    this.#pending = new Map();
    const events = new Map<EnvironmentId, KeyUseEvent[]>();
    for (const { environmentId, key, atMs } of pending.values()) {
      const ofEnvironment = events.get(environmentId) ?? [];
      ofEnvironment.push({ kind: "key-use", id: newId(), atMs, key });
      events.set(environmentId, ofEnvironment);
    }
    return events;
  }
}

const minuteOf = (atMs: number): number => atMs - (atMs % USE_GRAIN_MS);
