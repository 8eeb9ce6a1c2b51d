import { PLATFORM_ACCESS } from "../access/permits.ts";
import { err, ok, type Result } from "../result.ts";
import type { SignatureCheck } from "../signing/signature.ts";
import type { AuthorityStore } from "./authority-store.ts";
import {
  BREAK_GLASS_WINDOW_MS,
  type BreakGlassCommand,
  type BreakGlassProblem,
  type SealedCommand,
  signedText,
} from "./break-glass.ts";
import type { BreakGlassKey } from "./break-glass-key.ts";
import { readBreakGlassCommand } from "./break-glass-command.ts";
import type { CommandEnvelope } from "./command.ts";
import type { EnvironmentState } from "./state.ts";

/** A sealed command whose signature is all that is left to be checked. */
export interface OpenedCommand {
  readonly command: BreakGlassCommand;
  readonly key: BreakGlassKey;
  readonly check: SignatureCheck;
}

/**
 * Reads a sealed command and finds its key. What no signature could put right is refused here, so
 * that a signature is only checked for whoever knows a key's id, and within the command's time.
 */
export function openBreakGlass(
  { settings, documents }: EnvironmentState,
  { command: text, signature }: SealedCommand,
  nowMs: number,
): Result<OpenedCommand, BreakGlassProblem> {
  const read = readBreakGlassCommand(text);
  if (!read.ok) return err({ kind: "break-glass-unreadable", what: read.error });
  const command = read.value;
  const { environmentId: asked, keyId } = command;
  const here = settings.environmentId;
  if (asked !== here) return err({ kind: "break-glass-elsewhere", asked, here });
  const stored = documents["break-glass-key"].get(keyId);
  if (stored === undefined) return err({ kind: "break-glass-key-unknown", keyId });
  if (stored.archivedAtMs !== null) {
    return err({ kind: "break-glass-key-revoked", keyId, atMs: stored.archivedAtMs });
  }
  const key = stored.document;
  const { expiresAtMs = null } = key;
  if (expiresAtMs !== null && nowMs >= expiresAtMs) {
    return err({ kind: "break-glass-key-expired", keyId, expiresAtMs, nowMs });
  }
  const untimely = untimelyProblem(command, nowMs);
  if (untimely !== null) return err(untimely);
  const check = { publicKey: key.publicKey, text: signedText(text), signature };
  return ok({ command, key, check });
}

function untimelyProblem(
  { notBeforeMs, expiresAtMs }: BreakGlassCommand,
  nowMs: number,
): BreakGlassProblem | null {
  const windowMs = expiresAtMs - notBeforeMs;
  if (windowMs > BREAK_GLASS_WINDOW_MS) return { kind: "break-glass-too-long", windowMs };
  if (nowMs < notBeforeMs) return { kind: "break-glass-early", notBeforeMs, nowMs };
  // A command that ends before it begins is expired at every moment.
  if (nowMs >= expiresAtMs) return { kind: "break-glass-expired", expiresAtMs, nowMs };
  return null;
}

/** Refuses a command that was accepted before. Ids of commands outlive every command's time. */
export function replayedProblem(
  store: Pick<AuthorityStore, "command">,
  { command }: OpenedCommand,
): BreakGlassProblem | null {
  const record = store.command(commandIdOf(command));
  if (record === null) return null;
  const { revision, acceptedAtMs } = record;
  return { kind: "break-glass-replayed", revision, acceptedAtMs };
}

/** The kill that a command stands for, in the name of its key and of who signed. */
export function breakGlassEnvelope(
  { command, key }: OpenedCommand,
  requestId: string,
): CommandEnvelope {
  const { flags, variation, by, reason } = command;
  const selection = { flags, tag: null, tagged: [], ...(variation !== undefined && { variation }) };
  return {
    command: { kind: "environment.kill", ...selection },
    actor: {
      kind: "service",
      id: `break-glass-key:${key.id}`,
      name: `${by.trim()}, with the break-glass key "${key.name}"`,
    },
    // The signature is what permits it.
    permits: PLATFORM_ACCESS,
    reason,
    requestId,
    commandId: commandIdOf(command),
  };
}

const commandIdOf = ({ keyId, nonce }: BreakGlassCommand): string =>
  `break-glass:${keyId}:${nonce}`;
