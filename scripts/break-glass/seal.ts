import {
  BREAK_GLASS_FORMAT,
  type BreakGlassCommand,
  type SealedCommand,
  signedText,
} from "../../src/core/authority/break-glass.ts";
import { readBreakGlassCommand } from "../../src/core/authority/break-glass-command.ts";
import type { BreakGlassSecret } from "../../src/core/authority/break-glass-secret.ts";
import { err, ok, type Result } from "../../src/core/result.ts";

/** Clocks differ: the command holds from a little before the moment it is signed at. */
const LEEWAY_MS = 60_000;
/** What a PKCS #8 file of an Ed25519 key begins with; the 32 bytes of the seed follow. */
const PKCS8_BEGINNING = "302e020100300506032b657004220420";

export type Kill = Pick<BreakGlassCommand, "flags" | "variation" | "reason" | "by">;

/** Makes a command that is accepted once, for so many minutes, and signs it. */
export async function seal(
  secret: BreakGlassSecret,
  { flags, variation, reason, by }: Kill,
  { nowMs, minutes }: { readonly nowMs: number; readonly minutes: number },
): Promise<Result<SealedCommand, string>> {
  const { environmentId, keyId } = secret;
  const made: BreakGlassCommand = {
    format: BREAK_GLASS_FORMAT,
    environmentId,
    keyId,
    flags,
    ...(variation !== undefined && { variation }),
    reason,
    by,
    nonce: hex(crypto.getRandomValues(new Uint8Array(16))),
    notBeforeMs: nowMs - LEEWAY_MS,
    expiresAtMs: nowMs + minutes * 60_000,
  };
  const command = JSON.stringify(made);
  // What would be refused there is told here, before anything is sent.
  const read = readBreakGlassCommand(command);
  if (!read.ok) return err(`The command ${read.error}.`);
  return ok({ command, signature: await signature(secret.seed, signedText(command)) });
}

async function signature(seed: string, text: string): Promise<string> {
  const pkcs8 = Uint8Array.from(Buffer.from(PKCS8_BEGINNING + seed, "hex"));
  const key = await crypto.subtle.importKey("pkcs8", pkcs8, "Ed25519", false, ["sign"]);
  const signed = await crypto.subtle.sign("Ed25519", key, new TextEncoder().encode(text));
  return hex(new Uint8Array(signed));
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
