import { env, exports } from "cloudflare:workers";
import { verifyEd25519 } from "../../../src/adapters/crypto/ed25519.ts";
import { hexOf } from "../../../src/core/hash/hex.ts";
import type { SignedCheckpoint } from "../../../src/core/audit/checkpoint.ts";
import { ExportVerifier, type ExportReport } from "../../../src/core/audit/verify-export.ts";
import type { EndpointDefinition } from "../../../src/contract/endpoint.ts";
import { endpoints } from "../../../src/contract/endpoints.ts";
import type { EndpointId } from "../../../src/contract/endpoints.ts";
import { done, requestFor, type Sent } from "../control/api.ts";

/** A file as the API gives it. */
export async function fileOf(id: EndpointId, sent: Sent = {}): Promise<Response> {
  const endpoint: EndpointDefinition = endpoints[id];
  return exports.default.fetch(requestFor(endpoint, sent));
}

export async function publicKey(): Promise<string> {
  const { body } = await done("audit.key");
  const text = atob(body.x.replaceAll("-", "+").replaceAll("_", "/"));
  return hexOf(Uint8Array.from(text, (one) => one.charCodeAt(0)));
}

/** What the offline verifier says of a file, which gets nothing but the public key. */
export async function verified(
  text: string,
  key: string,
  checkpoints: readonly SignedCheckpoint[] = [],
): Promise<ExportReport> {
  const verifier = new ExportVerifier(checkpoints);
  for (const line of text.trimEnd().split("\n")) if (!verifier.add(line)) break;
  return verifier.finish(key, verifyEd25519);
}

/** The organisation's rows as they lie in the database. */
export async function rows(): Promise<readonly Record<string, unknown>[]> {
  const { results } = await env.DB.prepare(
    "SELECT * FROM audit_log WHERE organisation_id = 'default' ORDER BY sequence",
  ).all();
  return results;
}
