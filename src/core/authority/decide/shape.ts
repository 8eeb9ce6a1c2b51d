import { isRecord } from "../../json.ts";
import { err, type Result } from "../../result.ts";
import type { AuthorityProblem } from "../problem.ts";

type Refusal = Extract<Result<never, AuthorityProblem>, { ok: false }>;

/**
 * Refuses a flag that lacks the shape which deciding about it reads, wherever it came from; `null`:
 * it can be read. Whether what it says is right is for the compiler to find out.
 */
export function unreadableFlag(document: unknown): Refusal | null {
  if (!isRecord(document)) return refuse("", "an object", document);
  if (typeof document["key"] !== "string") return refuse("/key", "text", document["key"]);
  for (const list of ["variations", "overrides", "prerequisites", "targets", "rules"]) {
    if (!Array.isArray(document[list])) return refuse(`/${list}`, "a list", document[list]);
  }
  const rules: readonly unknown[] = Array.isArray(document["rules"]) ? document["rules"] : [];
  for (const [index, rule] of rules.entries()) {
    if (!isRecord(rule)) return refuse(`/rules/${index}`, "an object", rule);
    const refused = unreadableOutcome(rule["then"], `/rules/${index}/then`);
    if (refused !== null) return refused;
  }
  return unreadableOutcome(document["default"], "/default");
}

/** The same for documents of which only the name is read. */
export function unreadableNamed(document: unknown, name: "id" | "key"): Refusal | null {
  if (!isRecord(document)) return refuse("", "an object", document);
  const value = document[name];
  return typeof value === "string" ? null : refuse(`/${name}`, "text", value);
}

/** The same for a patch, whose members are read one by one. */
export function unreadablePatch(patch: unknown): Refusal | null {
  return isRecord(patch) ? null : refuse("", "an object", patch);
}

function unreadableOutcome(outcome: unknown, path: string): Refusal | null {
  if (!isRecord(outcome)) return refuse(path, "an object", outcome);
  if (!("rollout" in outcome)) return null;
  const { rollout } = outcome;
  if (!isRecord(rollout)) return refuse(`${path}/rollout`, "an object", rollout);
  const list = rollout["variations"];
  const place = `${path}/rollout/variations`;
  if (!Array.isArray(list)) return refuse(place, "a list", list);
  const shares: readonly unknown[] = list;
  for (const [index, share] of shares.entries()) {
    if (!isRecord(share)) return refuse(`${place}/${index}`, "an object", share);
    const refused = unreadableRanges(share["ranges"], `${place}/${index}/ranges`);
    if (refused !== null) return refused;
  }
  return null;
}

function unreadableRanges(ranges: unknown, path: string): Refusal | null {
  if (ranges === undefined) return null;
  if (!Array.isArray(ranges)) return refuse(path, "a list", ranges);
  const index = ranges.findIndex((range) => !Array.isArray(range));
  return index === -1 ? null : refuse(`${path}/${index}`, "a list", ranges[index]);
}

function refuse(path: string, wanted: string, found: unknown): Refusal {
  const what =
    found === null ? "null" : Array.isArray(found) ? "a list" : `of type ${typeof found}`;
  const message = `${path === "" ? "The document" : path} is ${what}; give ${wanted}.`;
  const issue = { path, code: "document.unreadable", message };
  return err({ kind: "invalid-document", issues: [issue] });
}
