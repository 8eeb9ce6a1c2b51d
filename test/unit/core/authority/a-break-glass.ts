import type {
  BreakGlassCommand,
  SealedCommand,
} from "../../../../src/core/authority/break-glass.ts";
import { parseBreakGlassSecret } from "../../../../src/core/authority/break-glass-secret.ts";
import type { BreakGlassSecret } from "../../../../src/core/authority/break-glass-secret.ts";
import { BREAK_GLASS_FORMAT, signedText } from "../../../../src/core/authority/break-glass.ts";

/** A break-glass key whose private half a test has. Works in Node and in workerd. */
export interface TestBreakGlassKey {
  readonly id: string;
  readonly publicKey: string;
  readonly privateKey: CryptoKey;
}

export async function newBreakGlassKey(id = randomHex(8)): Promise<TestBreakGlassKey> {
  const pair = (await crypto.subtle.generateKey("Ed25519", true, [
    "sign",
    "verify",
  ])) as CryptoKeyPair;
  const raw = (await crypto.subtle.exportKey("raw", pair.publicKey)) as ArrayBuffer;
  return { id, publicKey: hex(new Uint8Array(raw)), privateKey: pair.privateKey };
}

/** The key of a secret as the management API shows it. */
export async function keyOfSecret(text: string): Promise<BreakGlassSecret & TestBreakGlassKey> {
  const read = parseBreakGlassSecret(text);
  if (!read.ok) throw new Error(read.error);
  const secret = read.value;
  const pkcs8 = bytes(`302e020100300506032b657004220420${secret.seed}`);
  const privateKey = await crypto.subtle.importKey("pkcs8", pkcs8, "Ed25519", true, ["sign"]);
  return { ...secret, id: secret.keyId, publicKey: "", privateKey };
}

/** A command that is good for five minutes. */
export function aCommand(
  key: TestBreakGlassKey,
  environmentId: string,
  nowMs: number,
  changes: Partial<Record<keyof BreakGlassCommand, unknown>> = {},
): Record<string, unknown> {
  return {
    format: BREAK_GLASS_FORMAT,
    environmentId,
    keyId: key.id,
    flags: ["checkout"],
    reason: "payments fail",
    by: "Grace",
    nonce: randomHex(16),
    notBeforeMs: nowMs - 60_000,
    expiresAtMs: nowMs + 300_000,
    ...changes,
  };
}

export async function sealed(
  key: TestBreakGlassKey,
  command: object | string,
): Promise<SealedCommand> {
  const text = typeof command === "string" ? command : JSON.stringify(command);
  const signed = await crypto.subtle.sign(
    "Ed25519",
    key.privateKey,
    new TextEncoder().encode(signedText(text)),
  );
  return { command: text, signature: hex(new Uint8Array(signed)) };
}

function randomHex(length: number): string {
  return hex(crypto.getRandomValues(new Uint8Array(length)));
}

function hex(of: Uint8Array): string {
  return Array.from(of, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function bytes(of: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(of.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}
