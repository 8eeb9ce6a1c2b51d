import { readFileSync } from "node:fs";
import { join } from "node:path";
import { isRecord, type UnknownRecord } from "../../../../src/core/json.ts";
import { pointed } from "./json-schema.ts";

/** A correction of the official document. `path` and `from` are JSON pointers. */
interface Patch {
  readonly why: string;
  readonly op: "add" | "move";
  readonly from?: string;
  readonly path: string;
  readonly value?: unknown;
}

/** The official document with the recorded patches applied. */
export function patchedSchema(): UnknownRecord {
  const document: UnknownRecord = read("official-schema.json");
  const patches: readonly Patch[] = read("patches.json");
  for (const patch of patches) apply(document, patch);
  return document;
}

const read = (file: string) => JSON.parse(readFileSync(join(import.meta.dirname, file), "utf8"));

/** A patch that does not fit means that the document has changed: it is never passed over. */
function apply(document: unknown, { op, from = "", path, value }: Patch): void {
  const target = placeOf(document, path);
  if (op === "move") {
    const source = placeOf(document, from);
    if (isRecord(source.parent) && isRecord(target.parent)) {
      Object.assign(target.parent, { [target.name]: pointed(document, from) });
      Reflect.deleteProperty(source.parent, source.name);
      return;
    }
  } else if (Array.isArray(target.parent) && target.name === "-") {
    if (target.parent.includes(value)) throw new Error(`the patch at ${path} is not needed`);
    target.parent.push(value);
    return;
  } else if (isRecord(target.parent) && !Object.hasOwn(target.parent, target.name)) {
    Object.assign(target.parent, { [target.name]: value });
    return;
  }
  throw new Error(`the patch at ${path} does not fit the document`);
}

function placeOf(document: unknown, path: string): { parent: unknown; name: string } {
  const at = path.lastIndexOf("/");
  return { parent: pointed(document, path.slice(0, at)), name: path.slice(at + 1) };
}
