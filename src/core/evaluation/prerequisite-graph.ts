import { LIMITS } from "../documents/limits.ts";
import { variationHint } from "./check/check-variation.ts";
import { refuse, type Reporting } from "./check/guard.ts";
import { hintOf } from "../conditions/nearest-name.ts";
import type { CompiledFlag } from "./compiled-flag.ts";
import type { FlagTable } from "./flag-table.ts";
import type { Ruleset } from "./ruleset.ts";

type Flags = Pick<Ruleset, "flags" | "flagsByKey">;

/**
 * Checks what flags say about each other: that prerequisites exist, serve the variations that
 * are asked for, do not lead back to where they began, and are no longer chains than allowed.
 * `broken` are keys of flags that exist, and have been reported already. A circle is reported in
 * a flag of `changed` that is on it, where there is one.
 */
export function checkPrerequisites(
  all: Flags,
  broken: ReadonlySet<string>,
  changed: { has(key: string): boolean },
  scope: Reporting,
): void {
  const { flags, flagsByKey } = all;
  const before = scope.issues.length;
  for (const flag of flagsByKey) {
    for (const [index, { flag: key, variations }] of flag.document.prerequisites.entries()) {
      const path = `/flags/${flag.key}/prerequisites/${index}`;
      const other = flags.get(key);
      if (other !== undefined) checkVariations(variations, other, `${path}/variations`, scope);
      else if (!broken.has(key)) refuseUnknownFlag(key, flags, `${path}/flag`, scope);
    }
  }
  if (scope.issues.length === before) new ChainCheck(all, changed, scope).checkAll();
}

function checkVariations(
  asked: readonly string[],
  other: CompiledFlag,
  path: string,
  scope: Reporting,
): void {
  const known = other.document.variations.map(({ key }) => key);
  for (const [index, variation] of asked.entries()) {
    if (known.includes(variation)) continue;
    refuse(scope, {
      path: `${path}/${index}`,
      code: "prerequisite.unknown-variation",
      message:
        `the flag ${JSON.stringify(other.key)} has no variation ` +
        `${JSON.stringify(variation)}; ${variationHint(variation, known)}`,
    });
  }
}

function refuseUnknownFlag(
  key: string,
  flags: Pick<FlagTable, "keys">,
  path: string,
  scope: Reporting,
): void {
  const hint = hintOf(key, flags.keys(), "create it, or restore it, first");
  refuse(scope, {
    path,
    code: "prerequisite.unknown-flag",
    message: `the environment has no flag ${JSON.stringify(key)}, or it is archived; ${hint}`,
  });
}

/** One flag of the path that is being walked, and how far its prerequisites have been. */
interface Step {
  readonly flag: CompiledFlag;
  next: number;
  /** The longest chain that begins with one of its prerequisites, in flags. */
  height: number;
}

/** Walks depth first with its own stack, so that no chain is too long for it. */
class ChainCheck {
  readonly #all: Flags;
  readonly #changed: { has(key: string): boolean };
  readonly #scope: Reporting;
  readonly #heights = new Map<string, number>();

  constructor(all: Flags, changed: { has(key: string): boolean }, scope: Reporting) {
    this.#all = all;
    this.#changed = changed;
    this.#scope = scope;
  }

  /** Reports the first fault only: what hangs on it would be reported over and over. */
  checkAll(): void {
    for (const flag of this.#all.flagsByKey) {
      if (flag.prerequisites.length > 0 && !this.#isSound(flag)) return;
    }
  }

  #isSound(start: CompiledFlag): boolean {
    if (this.#heights.has(start.key)) return true;
    const path: Step[] = [{ flag: start, next: 0, height: 0 }];
    // What has been left again has a height, so what has none and was entered is on the path.
    const entered = new Set([start.key]);
    for (let step = path.at(-1); step !== undefined; step = path.at(-1)) {
      const prerequisite = step.flag.prerequisites[step.next];
      if (prerequisite === undefined) {
        if (!this.#leave(path)) return false;
        continue;
      }
      const known = this.#heights.get(prerequisite.flag);
      const other = this.#all.flags.get(prerequisite.flag);
      if (known !== undefined || other === undefined) {
        step.height = Math.max(step.height, known ?? 0);
        step.next += 1;
      } else if (entered.has(other.key)) {
        return this.#refuseCycle(path, other.key);
      } else {
        path.push({ flag: other, next: 0, height: 0 });
        entered.add(other.key);
      }
    }
    return true;
  }

  #leave(path: Step[]): boolean {
    const step = path.pop();
    if (step === undefined) return true;
    const { key } = step.flag;
    const height = step.height + 1;
    this.#heights.set(key, height);
    if (height > LIMITS.prerequisiteDepth) {
      return refuse(this.#scope, {
        path: `/flags/${key}/prerequisites`,
        code: "prerequisite.too-deep",
        message:
          `the flag ${JSON.stringify(key)} begins a chain of ${height} flags, each a ` +
          `prerequisite of the one before; at most ${LIMITS.prerequisiteDepth} are allowed`,
      });
    }
    return true;
  }

  #refuseCycle(path: readonly Step[], key: string): false {
    const start = path.findIndex((step) => step.flag.key === key);
    const steps = path.slice(start);
    const cycle = steps.map((step) => step.flag.key);
    const place = steps.findLast(({ flag }) => this.#changed.has(flag.key)) ?? steps.at(-1);
    return refuse(this.#scope, {
      path: `/flags/${place?.flag.key}/prerequisites/${place?.next}/flag`,
      code: "prerequisite.cycle",
      message:
        `prerequisites lead back to where they began: ${[...cycle, key].join(" → ")}; ` +
        "take one of them out",
    });
  }
}
