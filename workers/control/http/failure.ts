import { KeyringError } from "../../../src/adapters/crypto/envelope.ts";
import { classifyPlatformError } from "../../../src/adapters/platform-error.ts";
import { AuthorityUnavailable } from "../../../src/app/authorities.ts";
import type { Log } from "./log.ts";
import { ProblemError } from "./problem.ts";

/** Whatever was thrown, as a problem. What is not one is logged, and nothing of it is told. */
export function problemOf(error: unknown, requestId: string, log: Log): ProblemError {
  if (error instanceof ProblemError) return error;
  if (error instanceof KeyringError) return keysProblem(error);
  const kind = platformKind(error);
  if (kind !== "other") {
    log("warn", "platform.unavailable", { requestId, kind, error: describe(error) });
    return new ProblemError("platform.unavailable", {
      detail: "A part of the platform did not answer in time. Repeat the request in a moment.",
      headers: { "retry-after": kind === "overloaded" ? "5" : "1" },
    });
  }
  log("error", "request.failed", { requestId, error: describe(error) });
  return new ProblemError("internal", {
    detail: "Something is wrong on our side. The request id leads to it in the log.",
  });
}

const keysProblem = ({ message }: KeyringError) =>
  new ProblemError("configuration.audit-keys", {
    detail:
      `The secret AUDIT_KEYS ${message}, so nothing can be recorded or signed, and nothing is ` +
      'changed. It is "<id>:<key>" with a key from "openssl rand -base64 32"; several are ' +
      "separated by commas, of which the first encrypts and all decrypt.",
  });

function platformKind(error: unknown) {
  const cause = error instanceof AuthorityUnavailable ? error.cause : error;
  return classifyPlatformError(cause);
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
