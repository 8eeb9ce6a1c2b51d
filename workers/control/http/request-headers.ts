import type { ExpectedVersion } from "../../../src/core/authority/command.ts";
import { mutates } from "../../../src/contract/endpoint.ts";
import type { EndpointDefinition } from "../../../src/contract/endpoint.ts";
import { invalidRequest } from "./invalid.ts";
import { ProblemError } from "./problem.ts";

const LONGEST_REASON = 2_000;

/**
 * The version that the caller has seen. Absent where that is allowed: any. Where nothing compares
 * it, it is refused, because the caller believes that it was compared.
 */
export function expectedVersion(headers: Headers, endpoint: EndpointDefinition): ExpectedVersion {
  const text = headers.get("if-match")?.trim();
  if (text === undefined) {
    if (endpoint.ifMatch === "required") throw preconditionRequired();
    return "any";
  }
  if (endpoint.ifMatch === undefined) {
    if (endpoint.scope === "public") return "any";
    throw unwantedIfMatch(text, endpoint);
  }
  if (text === "*") return "any";
  // A proxy that compresses marks the tag as weak; the version it names is exact all the same.
  const digits =
    /^(?:W\/)?"(0|[1-9]\d{0,14})"$/.exec(text)?.[1] ?? /^(?:0|[1-9]\d{0,14})$/.exec(text)?.[0];
  if (digits !== undefined) return Number(digits);
  throw invalidRequest("header", [
    {
      path: "/if-match",
      code: "etag",
      message: `is ${JSON.stringify(text)}; send the ETag as you read it, such as "3", or *`,
    },
  ]);
}

function unwantedIfMatch(text: string, endpoint: EndpointDefinition): ProblemError {
  const why = mutates(endpoint)
    ? "there is no version here to compare it with"
    : "this request changes nothing";
  return invalidRequest("header", [
    {
      path: "/if-match",
      code: "unexpected",
      message: `is ${JSON.stringify(text)}, but ${why}; leave the header out`,
    },
  ]);
}

const preconditionRequired = () =>
  new ProblemError("precondition.required", {
    detail:
      "This change needs the header If-Match with the ETag of what you read, such as " +
      'If-Match: "3", so that nobody\'s change is lost. If-Match: * overwrites whatever is there.',
  });

/** True when the caller already has this version. */
export function isKnown(headers: Headers, etag: string): boolean {
  const text = headers.get("if-none-match");
  if (text === null) return false;
  const tags = text.split(",").map((tag) => tag.trim().replace(/^W\//, ""));
  return tags.includes("*") || tags.includes(etag);
}

/** Why, in the caller's words. Percent-encoding carries what headers cannot. */
export function reasonOf(headers: Headers): string | null {
  const text = headers.get("x-switchyard-reason")?.trim();
  if (text === undefined || text === "") return null;
  const reason = decoded(text);
  if (reason.length <= LONGEST_REASON) return reason;
  throw invalidRequest("header", [
    {
      path: "/x-switchyard-reason",
      code: "too-big",
      message: `has ${reason.length} characters, may have ${LONGEST_REASON}`,
    },
  ]);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // A plain text with a percent sign in it, such as "raise to 50 %".
    return text;
  }
}

export function idempotencyKeyOf(headers: Headers): string | null {
  const key = headers.get("idempotency-key");
  if (key === null || /^[\x21-\x7e]{1,200}$/.test(key)) return key;
  throw invalidRequest("header", [
    {
      path: "/idempotency-key",
      code: "format",
      message: "must be 1 to 200 visible ASCII characters without spaces, such as a UUID",
    },
  ]);
}
