import { isRecord, type UnknownRecord } from "../../core/json.ts";
import { err, ok, type Result } from "../../core/result.ts";

/** A state, or a step to one, as it came: nothing of it has been looked at. */
export type ReceivedState =
  | { readonly kind: "snapshot"; readonly snapshot: unknown; readonly seal: unknown }
  | { readonly kind: "delta"; readonly delta: unknown; readonly seal: unknown };

/** What a server tells a client, by socket or by HTTP. */
export type ServerWord =
  | { readonly kind: "current"; readonly revision: number }
  | ReceivedState
  | { readonly kind: "reconnect"; readonly withinMs: number }
  /** The key is not accepted any more. */
  | { readonly kind: "ended" }
  /** Something of a later version, which may be passed over. */
  | { readonly kind: "unknown" };

/** Reads one frame of a stream; the error says what is wrong with it. Never throws. */
export function readFrame(text: string): Result<ServerWord, string> {
  const frame = parse(text);
  return isRecord(frame) ? readWord(frame["type"], frame) : err("a frame is not a JSON object");
}

/** Reads the answer to a poll, in which the kind has another name. Never throws. */
export function readPollAnswer(text: string): Result<ServerWord, string> {
  const answer = parse(text);
  return isRecord(answer) ? readWord(answer["kind"], answer) : err("an answer is no JSON object");
}

function readWord(kind: unknown, from: UnknownRecord): Result<ServerWord, string> {
  const { revision, snapshot, delta, seal, withinMs } = from;
  switch (kind) {
    case "current":
      return isCount(revision) ? ok({ kind, revision }) : err(`"current" without a revision`);
    case "reconnect":
      return isCount(withinMs) ? ok({ kind, withinMs }) : err(`"reconnect" without a time`);
    case "ended":
      return ok({ kind });
    case "snapshot":
      return ok({ kind, snapshot, seal });
    case "delta":
      return ok({ kind, delta, seal });
    default:
      return ok({ kind: "unknown" });
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isCount(input: unknown): input is number {
  return typeof input === "number" && Number.isSafeInteger(input) && input >= 0;
}
