import { createReadStream, readFileSync } from "node:fs";
import { isRecord } from "../../src/core/json.ts";
import { err, ok, type Result } from "../../src/core/result.ts";
import type { SignedCheckpoint } from "../../src/core/audit/checkpoint.ts";
import { readSignedCheckpoint } from "../../src/core/audit/read-export.ts";

/** The public key of a JWK file, as 64 hexadecimal digits; or what is wrong with it. */
export function readPublicKey(file: string): Result<string, string> {
  const json = readJson(file);
  if (!json.ok) return json;
  const jwk = json.value;
  const x = isRecord(jwk) && jwk["crv"] === "Ed25519" ? jwk["x"] : undefined;
  const key = typeof x === "string" ? Buffer.from(x, "base64url") : undefined;
  return key?.length === 32
    ? ok(key.toString("hex"))
    : err(`${file} holds no Ed25519 public key as a JWK, with "crv" and "x".`);
}

/** Checkpoints of a file: one, or a list as the API gives it; or what is wrong with it. */
export function readCheckpoints(file: string): Result<readonly SignedCheckpoint[], string> {
  const json = readJson(file);
  if (!json.ok) return json;
  const { value } = json;
  const list = isRecord(value) ? (value["items"] ?? value["checkpoints"] ?? [value]) : value;
  const found = Array.isArray(list) ? list.map((one: unknown) => readSignedCheckpoint(one)) : [];
  const checkpoints = found.flatMap((one) => one ?? []);
  return checkpoints.length > 0 && checkpoints.length === found.length
    ? ok(checkpoints)
    : err(`${file} holds no checkpoint, or something else besides.`);
}

function readJson(file: string): Result<unknown, string> {
  try {
    return ok(JSON.parse(readFileSync(file, "utf8")));
  } catch (error) {
    return err(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** The lines of a file of any size. Rejects when it cannot be read. */
export async function* linesOf(file: string): AsyncGenerator<string, void> {
  let rest = "";
  for await (const chunk of createReadStream(file, "utf8")) {
    const lines = (rest + String(chunk)).split("\n");
    rest = lines.pop() ?? "";
    yield* lines;
  }
  if (rest !== "") yield rest;
}
