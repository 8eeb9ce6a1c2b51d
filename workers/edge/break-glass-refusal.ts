import type { BreakGlassProblem } from "../../src/core/authority/break-glass.ts";
import type { AuthorityProblem } from "../../src/core/authority/problem.ts";
import { assertNever } from "../../src/core/result.ts";

/** Why a sealed command was not done. */
export interface Refused {
  readonly status: number;
  /** Stable, for programs. */
  readonly problem: string;
  /** For people: what is wrong, and what to do next. */
  readonly details: string;
  readonly facts?: Readonly<Record<string, unknown>>;
}

type Problem = BreakGlassProblem | AuthorityProblem;

export function breakGlassRefusal(problem: Problem): Refused {
  const { kind, ...facts } = problem;
  const [status, details] = isOfDoor(problem) ? doorWords(problem) : killWords(problem);
  return { status, problem: kind, details, facts };
}

type Words = readonly [status: number, details: string];

const isOfDoor = (problem: Problem): problem is BreakGlassProblem =>
  problem.kind.startsWith("break-glass-");

const time = (atMs: number): string => new Date(atMs).toISOString();

function doorWords(problem: BreakGlassProblem): Words {
  switch (problem.kind) {
    case "break-glass-unreadable":
      return [400, `The command ${problem.what}. Sign it with the tool of this version.`];
    case "break-glass-elsewhere":
      return [403, `The command is for environment ${problem.asked}; this is ${problem.here}.`];
    case "break-glass-key-unknown":
      return [
        403,
        `This environment has no break-glass key ${problem.keyId}. Use one that was issued for it.`,
      ];
    case "break-glass-key-revoked":
      return [
        403,
        `The break-glass key ${problem.keyId} was revoked at ${time(problem.atMs)}. Use another one.`,
      ];
    case "break-glass-key-expired":
      return [
        403,
        `The break-glass key ${problem.keyId} expired at ${time(problem.expiresAtMs)}, and it is ${time(problem.nowMs)} here. Use another one.`,
      ];
    case "break-glass-too-long":
      return [
        403,
        `The command holds for ${Math.ceil(problem.windowMs / 60_000)} minutes; at most 15 are allowed. Sign it anew.`,
      ];
    case "break-glass-early":
      return [
        403,
        `The command holds from ${time(problem.notBeforeMs)} on, and it is ${time(problem.nowMs)} here. ${CLOCK}`,
      ];
    case "break-glass-expired":
      return [
        403,
        `The command expired at ${time(problem.expiresAtMs)}, and it is ${time(problem.nowMs)} here. Sign it anew. ${CLOCK}`,
      ];
    case "break-glass-forged":
      return [
        403,
        `The signature is not that of break-glass key ${problem.keyId} for this command, of which nothing may be changed. Sign it anew.`,
      ];
    case "break-glass-replayed":
      return [
        409,
        `The command was accepted before, as revision ${problem.revision} at ${time(problem.acceptedAtMs)}, and is done only once. Sign a new one to kill again; if you did not send the first, revoke the key.`,
      ];
    default:
      return assertNever(problem);
  }
}

const CLOCK = "If it is new, set the clock of the machine that signs.";

/** What the kill itself met. Most of what can go wrong with commands cannot with this one. */
function killWords(problem: AuthorityProblem): Words {
  const nothing = "Nothing was done:";
  if (problem.kind === "unknown-environment") {
    return [404, "There is no such environment. Check its id."];
  }
  if (problem.kind === "unknown-flags") {
    const keys = problem.keys.slice(0, 10).join(", ");
    return [
      404,
      `${nothing} the environment has no flag ${keys}. Check the spelling, and sign anew.`,
    ];
  }
  if (problem.kind === "variation-known-to-none") {
    const { variation, known } = problem;
    return [
      422,
      `${nothing} none of the flags has a variation ${variation}; they have ${known.slice(0, 20).join(", ")}. Sign anew.`,
    ];
  }
  return [422, `${nothing} the environment refused the kill (${problem.kind}).`];
}
