import type { Paced } from "../lib/at-one-pace.ts";

/** What one operation of each workload takes. */
export interface Figures {
  readonly name: string;
  readonly half: Paced;
  readonly rules: Paced;
  readonly all: Paced;
}
