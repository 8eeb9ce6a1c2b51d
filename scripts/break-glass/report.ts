import { isRecord, type UnknownRecord } from "../../src/core/json.ts";
import type { Sent } from "./send.ts";

/** What happened, in lines for whoever sent the command, and whether the kill stands. */
export interface Report {
  readonly lines: readonly string[];
  readonly isDone: boolean;
}

export function reportOf({ status, body, attempts }: Sent): Report {
  if (status === 200) return { lines: doneLines(body), isDone: true };
  // The first try was done and its answer lost: the refusal to do it twice is the proof.
  if (body["problem"] === "break-glass-replayed" && attempts > 1) {
    return { lines: [`Done: accepted as revision ${String(body["revision"])}.`], isDone: true };
  }
  const details = typeof body["errorDetails"] === "string" ? body["errorDetails"] : "";
  return { lines: [`Refused (${status}). ${details}`.trim()], isDone: false };
}

function doneLines(body: UnknownRecord): readonly string[] {
  const { acceptedAtMs, flags } = body;
  const at = typeof acceptedAtMs === "number" ? new Date(acceptedAtMs).toISOString() : "unknown";
  const accepted =
    body["changed"] === true
      ? `Done: accepted as revision ${String(body["revision"])} at ${at}.`
      : "Nothing had to be done.";
  const outcomes: readonly unknown[] = Array.isArray(flags) ? flags : [];
  return [
    accepted,
    ...outcomes.filter(isRecord).map(outcomeLine),
    "To take it back, use the management API: POST …/environments/:environment/unkill.",
  ];
}

function outcomeLine({ key, outcome, variation, fellBack }: UnknownRecord): string {
  const isKilled = outcome === "killed" || outcome === "already-killed";
  const serves = typeof variation === "string" ? `"${variation}"` : "the code's own default";
  const note = fellBack === true ? ", because it lacks the variation that was named" : "";
  return `  ${String(key)}: ${String(outcome)}${isKilled ? `, serves ${serves}${note}` : ""}`;
}
