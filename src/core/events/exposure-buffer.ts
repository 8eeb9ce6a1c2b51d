import type { EnvironmentId } from "../brand.ts";
import type { ServedEvaluation } from "../evaluation/evaluation.ts";
import type { ExposureEvent } from "./event.ts";
import { EVENT_LIMITS } from "./limits.ts";

interface Exposure {
  readonly environmentId: EnvironmentId;
  readonly event: Omit<ExposureEvent, "id">;
}

/**
 * Who was shown what of an experiment, until it is reported. The same answer to the same unit is
 * kept once: the first counts. Attributes of the context are not kept.
 */
export class ExposureBuffer {
  /** Exposures that were not kept for want of room, or because the unit is too long a text. */
  dropped = 0;
  readonly #most: number;
  #exposures: Exposure[] = [];
  #units = new Map<ServedEvaluation, Set<string>>();

  constructor(most: number) {
    this.#most = most;
  }

  get size(): number {
    return this.#exposures.length;
  }

  add(environmentId: EnvironmentId, answer: ServedEvaluation, unit: string, atMs: number): void {
    const units = this.#units.get(answer) ?? new Set();
    if (units.has(unit)) return;
    if (this.#exposures.length >= this.#most || unit.length > EVENT_LIMITS.targetingKeyLength) {
      this.dropped += 1;
      return;
    }
    this.#units.set(answer, units.add(unit));
    const { experiment, flag, reason, variation, version: flagVersion } = answer;
    const event = { kind: "exposure", atMs, targetingKey: unit, attributes: {} } as const;
    this.#exposures.push({
      environmentId,
      event: { ...event, flag, variation, flagVersion, reason, experiment },
    });
  }

  /** Takes everything out. `newId`: ids that no event had before. */
  drain(newId: () => string): Map<EnvironmentId, ExposureEvent[]> {
    const events = new Map<EnvironmentId, ExposureEvent[]>();
    for (const { environmentId, event } of this.#exposures) {
      const ofEnvironment = events.get(environmentId) ?? [];
      ofEnvironment.push({ ...event, id: newId() });
      events.set(environmentId, ofEnvironment);
    }
    this.#exposures = [];
    this.#units = new Map();
    return events;
  }
}
