import { isRecord, type UnknownRecord } from "../json.ts";
import { err, ok, type Result } from "../result.ts";
import {
  booleanOf,
  memberIds,
  nameIn,
  type ScimGroupContent,
  type ScimUserContent,
  textOf,
} from "./content.ts";

/** One step of a PATCH (RFC 7644, 3.5.2). */
export interface ScimOperation {
  readonly op: "add" | "replace" | "remove";
  /** Lower case; `""`: the value names the attributes. */
  readonly path: string;
  readonly value: unknown;
}

const MOST_OPERATIONS = 1_000;
const ONE_MEMBER = /^members\[value eq "([^"]+)"\]$/;

/** The steps of a PATCH's body. */
export function readScimPatch(body: UnknownRecord): Result<readonly ScimOperation[], string> {
  const operations: unknown = body["Operations"] ?? body["operations"];
  if (!Array.isArray(operations) || operations.length > MOST_OPERATIONS) {
    return err(`Operations must be a list of at most ${MOST_OPERATIONS}`);
  }
  const read: ScimOperation[] = [];
  for (const operation of operations) {
    const step = isRecord(operation) ? stepOf(operation) : null;
    if (step === null) return err("an operation has no op that is add, replace or remove");
    read.push(step);
  }
  return ok(read);
}

function stepOf({ op, path, value }: UnknownRecord): ScimOperation | null {
  const name = typeof op === "string" ? op.toLowerCase() : "";
  if (name !== "add" && name !== "replace" && name !== "remove") return null;
  const at = typeof path === "string" ? path : "";
  const isMember = /^members\[/i.test(at);
  return {
    op: name,
    path: isMember ? at.replace(/^members/i, "members") : at.toLowerCase(),
    value,
  };
}

/** The User after the steps. What is not kept of Users may be set, and is passed over. */
export const patchedUser = (user: ScimUserContent, operations: readonly ScimOperation[]) =>
  patched(user, operations, (before, name, op, value) =>
    withUserAttribute(before, name.toLowerCase(), op === "remove" ? null : value),
  );

/** The Group after the steps. */
export const patchedGroup = (group: ScimGroupContent, operations: readonly ScimOperation[]) =>
  patched(group, operations, withGroupAttribute);

type WithAttribute<Content> = (
  content: Content,
  name: string,
  op: ScimOperation["op"],
  value: unknown,
) => Result<Content, string>;

function patched<Content>(
  content: Content,
  operations: readonly ScimOperation[],
  withAttribute: WithAttribute<Content>,
): Result<Content, string> {
  let after = content;
  for (const { op, path, value } of operations) {
    const changes = path === "" && isRecord(value) ? value : { [path]: value };
    for (const [name, given] of Object.entries(changes)) {
      const next = withAttribute(after, name, op, given);
      if (!next.ok) return next;
      after = next.value;
    }
  }
  return ok(after);
}

function withUserAttribute(
  user: ScimUserContent,
  name: string,
  value: unknown,
): Result<ScimUserContent, string> {
  switch (name) {
    case "active": {
      const active = booleanOf(value);
      return active === null ? err("active must be true or false") : ok({ ...user, active });
    }
    case "username": {
      const userName = textOf(value)?.toLowerCase();
      return userName === undefined ? err("userName cannot be empty") : ok({ ...user, userName });
    }
    case "externalid":
      return ok({ ...user, externalId: textOf(value) });
    case "displayname":
    case "name.formatted":
      return ok({ ...user, displayName: textOf(value) ?? user.userName });
    case "name":
      return ok({ ...user, displayName: nameIn({ name: value }) ?? user.displayName });
    default:
      return ok(user);
  }
}

function withGroupAttribute(
  group: ScimGroupContent,
  name: string,
  op: ScimOperation["op"],
  value: unknown,
): Result<ScimGroupContent, string> {
  const one = ONE_MEMBER.exec(name)?.[1];
  if (one !== undefined && op === "remove") return ok({ ...group, members: without(group, [one]) });
  switch (name.toLowerCase()) {
    case "displayname": {
      const displayName = textOf(value);
      return displayName === null
        ? err("displayName cannot be empty")
        : ok({ ...group, displayName });
    }
    case "externalid":
      return ok({ ...group, externalId: op === "remove" ? null : textOf(value) });
    case "members":
      return withMembers(group, op, value);
    default:
      return ok(group);
  }
}

function withMembers(
  group: ScimGroupContent,
  op: ScimOperation["op"],
  value: unknown,
): Result<ScimGroupContent, string> {
  if (op === "remove" && value === undefined) return ok({ ...group, members: [] });
  const ids = memberIds(value);
  if (ids === null) return err("members must be a list of objects with value");
  const others = without(group, ids);
  if (op === "remove") return ok({ ...group, members: others });
  return ok({ ...group, members: op === "replace" ? ids : [...others, ...ids] });
}

const without = ({ members }: ScimGroupContent, ids: readonly string[]): readonly string[] =>
  members.filter((id) => !ids.includes(id));
