import { isRecord, type UnknownRecord } from "../json.ts";
import { err, ok, type Result } from "../result.ts";

/** What is kept of a SCIM User. Everything else that a directory sends is passed over. */
export interface ScimUserContent {
  /** The e-mail address: lower case. */
  readonly userName: string;
  readonly displayName: string;
  readonly externalId: string | null;
  readonly active: boolean;
}

export interface ScimGroupContent {
  readonly displayName: string;
  readonly externalId: string | null;
  /** Ids of Users. */
  readonly members: readonly string[];
}

const LONGEST_NAME = 200;
const MOST_MEMBERS = 5_000;

/** A User as POST and PUT bring it. */
export function readScimUser(body: UnknownRecord): Result<ScimUserContent, string> {
  const { userName, externalId, active = true } = lowered(body);
  if (typeof userName !== "string" || userName.trim() === "") return err("userName is missing");
  const isActive = booleanOf(active);
  if (isActive === null) return err("active must be true or false");
  const address = userName.trim().toLowerCase();
  return ok({
    userName: address,
    displayName: nameIn(body) ?? address,
    externalId: textOf(externalId),
    active: isActive,
  });
}

/** A Group as POST and PUT bring it. */
export function readScimGroup(body: UnknownRecord): Result<ScimGroupContent, string> {
  const { displayName, externalId, members = [] } = body;
  const name = textOf(displayName);
  if (name === null) return err("displayName is missing");
  const ids = memberIds(members);
  return ids === null
    ? err(`members must be a list of at most ${MOST_MEMBERS} objects with value`)
    : ok({ displayName: name, externalId: textOf(externalId), members: ids });
}

/** Ids in a list of `{"value": id}`, each once; `null`: it is no such list. */
export function memberIds(value: unknown): readonly string[] | null {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (list.length > MOST_MEMBERS) return null;
  const ids = list.map((one) => (isRecord(one) ? textOf(one["value"]) : null));
  const found = ids.filter((id) => id !== null);
  return found.length === ids.length ? [...new Set(found)] : null;
}

/** What a person is called, of the several places where directories put it. */
export function nameIn(body: UnknownRecord): string | null {
  const { displayName, name } = body;
  const whole = textOf(displayName);
  if (whole !== null || !isRecord(name)) return whole;
  const parts = [name["givenName"], name["familyName"]].map(textOf).filter((part) => part !== null);
  return textOf(name["formatted"]) ?? textOf(parts.join(" "));
}

/** Some directories write booleans as texts. */
export function booleanOf(value: unknown): boolean | null {
  if (typeof value === "boolean") return value;
  const text = typeof value === "string" ? value.toLowerCase() : "";
  return text === "true" ? true : text === "false" ? false : null;
}

export function textOf(value: unknown): string | null {
  const text = typeof value === "string" ? value.trim().slice(0, LONGEST_NAME) : "";
  return text === "" ? null : text;
}

/** Names of attributes are written in any case. */
function lowered(body: UnknownRecord) {
  const found = (name: string) =>
    Object.entries(body).find(([key]) => key.toLowerCase() === name)?.[1];
  return {
    userName: found("username"),
    externalId: found("externalid"),
    active: found("active"),
  };
}
