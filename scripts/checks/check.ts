import { runProcess } from "../lib/run-process.ts";

/** Something that can pass or fail: a tool, or a runner with many tests. */
export interface Check {
  readonly name: string;
  run(): Promise<Outcome>;
}

export interface Outcome extends Tally {
  /** What failed, a line each; empty when the check is one thing that its name says. */
  readonly failures: readonly string[];
  /** Shown when something failed. */
  readonly output: string;
}

export interface Tally {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** A program that says by its exit code whether all is well; it counts as one. */
export function programCheck(name: string, command: string, args: readonly string[]): Check {
  return {
    name,
    async run() {
      const { code, output } = await runProcess(command, args, { NO_COLOR: "1", FORCE_COLOR: "0" });
      return oneOutcome(code === 0, output);
    },
  };
}

export const oneOutcome = (ok: boolean, output: string): Outcome => ({
  passed: ok ? 1 : 0,
  failed: ok ? 0 : 1,
  skipped: 0,
  failures: [],
  output,
});
