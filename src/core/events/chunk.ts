import type { EnvironmentId } from "../brand.ts";
import type { IntakeEvent } from "./event.ts";

/**
 * As many events of one environment as fit one queue message. The chunk is what is delivered at
 * least once and counted exactly once: everything that reads chunks goes by `id`.
 */
export interface EventChunk {
  readonly format: "switchyard.events/1";
  /** 32 lower-case hexadecimal digits, made of the environment and the ids of the events. */
  readonly id: string;
  readonly environmentId: EnvironmentId;
  /** When the edge took the events, in milliseconds since the Unix epoch. */
  readonly receivedAtMs: number;
  readonly events: readonly IntakeEvent[];
}
