import { err, ok, type Result } from "../result.ts";
import { attributeOf, childrenNamed, type XmlElement, textOf } from "../xml/element.ts";
import { ASSERTION, BEARER, PROTOCOL, SUCCESS } from "./names.ts";
import { instantMs } from "./instant.ts";
import type { UncheckedResponse } from "./read-response.ts";

/** What a response must say to be the answer to one request of ours. */
export interface ExpectedResponse {
  /** Entity id of the identity provider. */
  readonly issuer: string;
  /** Our entity id. */
  readonly audience: string;
  /** Where responses are received. */
  readonly recipient: string;
  readonly requestId: string;
  readonly nowMs: number;
}

export interface SamlIdentity {
  /** The subject's NameID. */
  readonly subject: string;
  readonly attributes: ReadonlyMap<string, readonly string[]>;
}

/** How far the clocks of two well-kept machines are apart at most. */
const SKEW_MS = 120_000;

/** Who the response says signed in. Its signatures must have been found right before. */
export function readAssertion(
  { response, assertion }: UncheckedResponse,
  expected: ExpectedResponse,
): Result<SamlIdentity, string> {
  const fault =
    responseFault(response, expected) ??
    issuerFault(assertion, expected) ??
    conditionsFault(assertion, expected) ??
    confirmationFault(assertion, expected) ??
    statementFault(assertion, expected);
  if (fault !== null) return err(fault);
  const subject = nameIdOf(assertion);
  if (subject === null) return err("its subject has no NameID, or one that is not plain text");
  return ok({ subject, attributes: attributesOf(assertion) });
}

function responseFault(response: XmlElement, expected: ExpectedResponse): string | null {
  if (attributeOf(response, "Version") !== "2.0") return "its version is not 2.0";
  const destination = attributeOf(response, "Destination");
  if (destination !== undefined && destination !== expected.recipient) {
    return `its destination is ${destination}, not ${expected.recipient}`;
  }
  if (attributeOf(response, "InResponseTo") !== expected.requestId) {
    return "it does not answer the request that was sent (InResponseTo)";
  }
  const [status] = childrenNamed(response, PROTOCOL, "Status");
  const [code] = status === undefined ? [] : childrenNamed(status, PROTOCOL, "StatusCode");
  const value = (code && attributeOf(code, "Value")) ?? "none";
  if (value !== SUCCESS) return `its status is ${value}`;
  return childrenNamed(response, ASSERTION, "Issuer").length === 0
    ? null
    : issuerFault(response, expected);
}

function issuerFault(element: XmlElement, { issuer }: ExpectedResponse): string | null {
  const [named, ...more] = childrenNamed(element, ASSERTION, "Issuer");
  const text = (named && textOf(named)?.trim()) ?? "nobody";
  return text === issuer && more.length === 0 ? null : `its issuer is "${text}", not "${issuer}"`;
}

function conditionsFault(assertion: XmlElement, expected: ExpectedResponse): string | null {
  const [conditions, ...more] = childrenNamed(assertion, ASSERTION, "Conditions");
  if (conditions === undefined || more.length > 0) return "its assertion has no single conditions";
  const late = timeFault(conditions, expected.nowMs);
  if (late !== null) return late;
  const restrictions = childrenNamed(conditions, ASSERTION, "AudienceRestriction");
  const isForUs = restrictions.every((restriction) =>
    childrenNamed(restriction, ASSERTION, "Audience").some(
      (audience) => textOf(audience)?.trim() === expected.audience,
    ),
  );
  return isForUs && restrictions.length > 0
    ? null
    : `its audience is not ${expected.audience}; set that as the audience (SP entity id)`;
}

/** `NotOnOrAfter` is required: without it an assertion would be good for ever. */
function timeFault(element: XmlElement, nowMs: number): string | null {
  const until = instantMs(attributeOf(element, "NotOnOrAfter") ?? "");
  if (until === null) return `<${element.name}> has no NotOnOrAfter`;
  if (nowMs >= until + SKEW_MS) return `<${element.name}> has expired`;
  const from = attributeOf(element, "NotBefore");
  const fromMs = from === undefined ? nowMs : instantMs(from);
  return fromMs !== null && nowMs >= fromMs - SKEW_MS
    ? null
    : `<${element.name}> is not valid yet; compare the clocks of both sides`;
}

function confirmationFault(assertion: XmlElement, expected: ExpectedResponse): string | null {
  const [subject, ...more] = childrenNamed(assertion, ASSERTION, "Subject");
  if (subject === undefined || more.length > 0) return "its assertion has no single subject";
  const faults = childrenNamed(subject, ASSERTION, "SubjectConfirmation")
    .filter((confirmation) => attributeOf(confirmation, "Method") === BEARER)
    .map((confirmation) => bearerFault(confirmation, expected));
  if (faults.includes(null)) return null;
  return faults[0] ?? "its subject has no bearer confirmation";
}

function bearerFault(confirmation: XmlElement, expected: ExpectedResponse): string | null {
  const [data] = childrenNamed(confirmation, ASSERTION, "SubjectConfirmationData");
  if (data === undefined) return "its bearer confirmation says nothing";
  const recipient = attributeOf(data, "Recipient") ?? "missing";
  if (recipient !== expected.recipient) {
    return `its recipient is ${recipient}, not ${expected.recipient}`;
  }
  if (attributeOf(data, "InResponseTo") !== expected.requestId) {
    return "its assertion does not answer the request that was sent (InResponseTo)";
  }
  return timeFault(data, expected.nowMs);
}

function statementFault(assertion: XmlElement, { nowMs }: ExpectedResponse): string | null {
  const statements = childrenNamed(assertion, ASSERTION, "AuthnStatement");
  if (statements.length === 0) return "it does not say that anybody signed in (AuthnStatement)";
  const isOver = statements.some((statement) => {
    const end = attributeOf(statement, "SessionNotOnOrAfter");
    return end !== undefined && nowMs >= (instantMs(end) ?? 0) + SKEW_MS;
  });
  return isOver ? "the session at the provider is over" : null;
}

function nameIdOf(assertion: XmlElement): string | null {
  const [subject] = childrenNamed(assertion, ASSERTION, "Subject");
  const [nameId, ...more] =
    subject === undefined ? [] : childrenNamed(subject, ASSERTION, "NameID");
  const text = nameId === undefined || more.length > 0 ? null : textOf(nameId)?.trim();
  return text === undefined || text === "" ? null : text;
}

function attributesOf(assertion: XmlElement): ReadonlyMap<string, readonly string[]> {
  const attributes = new Map<string, readonly string[]>();
  for (const statement of childrenNamed(assertion, ASSERTION, "AttributeStatement")) {
    for (const attribute of childrenNamed(statement, ASSERTION, "Attribute")) {
      const name = attributeOf(attribute, "Name");
      if (name === undefined) continue;
      const values = childrenNamed(attribute, ASSERTION, "AttributeValue")
        .map((value) => textOf(value)?.trim() ?? "")
        .filter((value) => value !== "");
      attributes.set(name, [...(attributes.get(name) ?? []), ...values]);
    }
  }
  return attributes;
}
