import type { Management } from "../crash/management.ts";
import type { Canaries } from "./canaries.ts";
import { hiddenFlag, visibleFlag } from "./secret-flags.ts";

export const PROJECT = "/api/v1/projects/secrets";
export const PLACE = `${PROJECT}/environments/prod`;
/** Client keys may see these. */
const VISIBLE = 10;
const HIDDEN = 4;

export interface SecretWorld {
  readonly environmentId: string;
  readonly clientKey: string;
  /** A client key for pages of one origin, whose name is a canary. */
  readonly boundKey: string;
  readonly serverKey: string;
  readonly visible: readonly string[];
  /** Keys of flags and segments that client keys must not hear of; canaries themselves. */
  readonly hidden: readonly string[];
  /** Rows of the management API, as anyone may know them. */
  readonly send: Ask;
}

export type Ask = (method: string, path: string, body?: object) => Promise<any>;

export function askingOf(send: Management): Ask {
  return async (method, path, body) => {
    const headers = method === "PATCH" ? { "if-match": "*" } : {};
    const answer = await send(method, path, body, headers);
    if (answer === null || answer.status >= 300) {
      throw new Error(`${method} ${path}: ${answer?.status} ${JSON.stringify(answer?.body)}`);
    }
    return answer.body;
  };
}

/** An installation with a canary wherever a client key has no business. */
export async function seedSecrets(send: Ask, canaries: Canaries): Promise<SecretWorld> {
  const at = (place: string) => canaries.at(place);
  await send("POST", "/api/v1/projects", {
    key: "secrets",
    name: at("a project's name"),
    description: at("a project's description"),
  });
  const environment = await send("POST", `${PROJECT}/environments`, {
    key: "prod",
    name: at("an environment's name"),
    tags: { [at("an environment's tag, its name")]: at("an environment's tag") },
    salt: at("an environment's salt"),
  });
  const segments = await seedSegments(send, canaries);
  const hidden: string[] = [];
  for (let n = 0; n < HIDDEN; n += 1) {
    const key = at("a hidden flag's key");
    await send("POST", `${PROJECT}/flags`, hiddenFlag(key, canaries));
    hidden.push(key);
  }
  const visible: string[] = [];
  for (let n = 0; n < VISIBLE; n += 1) {
    const key = `visible-${n}`;
    const near = { segment: segments[n % segments.length]!, hidden: hidden[n % HIDDEN]! };
    await send("POST", `${PROJECT}/flags`, visibleFlag(key, n, near, canaries));
    const flag = `${PLACE}/flags/${key}`;
    await send("POST", `${flag}/overrides`, {
      id: at("an override's id"),
      if: { attribute: "plan", operator: "eq", value: n % 2 === 0 ? "premium" : at("an override") },
      variation: "b",
      expiresAtMs: 4_000_000_000_000,
      reason: at("an override's reason"),
    });
    visible.push(key);
  }
  const kill = { variation: "a", reason: at("a kill's reason") };
  await send("POST", `${PLACE}/flags/visible-0/kill`, kill);
  await seedElsewhere(send, canaries);
  await seedOrganisation(send, canaries);
  const keys = await seedKeys(send, canaries);
  return {
    environmentId: environment.id,
    visible,
    hidden: [...hidden, ...segments],
    send,
    ...keys,
  };
}

async function seedSegments(send: Ask, canaries: Canaries): Promise<readonly string[]> {
  const at = (place: string) => canaries.at(place);
  const keys: string[] = [];
  for (const operator of ["eq", "contains", "not_in"]) {
    const key = at("a segment's key");
    await send("POST", `${PLACE}/segments`, {
      key,
      name: at("a segment's name"),
      description: at("a segment's description"),
      included: [at("a segment's member"), "user-7"],
      excluded: [at("who is kept out of a segment")],
      rules: [
        {
          attribute: at("a segment's attribute"),
          operator,
          value: operator === "not_in" ? [at("a segment's value")] : at("a segment's value"),
        },
      ],
    });
    keys.push(key);
  }
  return keys;
}

/** Other environments, projects and flags of the past. */
async function seedElsewhere(send: Ask, canaries: Canaries): Promise<void> {
  const at = (place: string) => canaries.at(place);
  const beside = at("another environment's key");
  await send("POST", `${PROJECT}/environments`, { key: beside, name: at("its name") });
  const other = at("another project's key");
  await send("POST", "/api/v1/projects", { key: other, name: at("another project's name") });
  await send("POST", `/api/v1/projects/${other}/environments`, { key: "prod" });
  const values = (place: string) => ({
    variations: [{ key: at(`${place}, variation`), value: at(`${place}, value`) }],
    clientVisible: true,
    enabled: true,
  });
  await send("POST", `/api/v1/projects/${other}/flags`, {
    key: at("another project's flag"),
    type: "string",
    base: values("another project's flag"),
  });
  await send("POST", `${PROJECT}/flags`, {
    key: at("another environment's flag"),
    type: "string",
    createIn: [beside],
    base: values("another environment's flag"),
  });
  const archived = at("an archived flag");
  await send("POST", `${PROJECT}/flags`, {
    key: archived,
    type: "string",
    createIn: ["prod"],
    base: values("an archived flag"),
  });
  const reason = at("why a flag was archived");
  await send("POST", `${PLACE}/flags/${archived}/archive`, { reason });
}

/** Who belongs to the organisation, and what they may do. */
async function seedOrganisation(send: Ask, canaries: Canaries): Promise<void> {
  const at = (place: string) => canaries.at(place);
  await send("POST", "/api/v1/units", { key: at("a unit's key"), name: at("a unit's name") });
  await send("POST", "/api/v1/teams", { key: at("a team's key"), name: at("a team's name") });
  const account = { name: at("a program's name"), description: at("a program") };
  const { id } = await send("POST", "/api/v1/service-accounts", account);
  const token = { name: at("a token's name"), scopes: ["flags:read"] };
  await send("POST", `/api/v1/service-accounts/${id}/tokens`, token);
  const role = { key: at("a role's key"), name: at("a role's name"), scopes: ["flags:read"] };
  await send("POST", "/api/v1/roles", role);
  const guest = { email: `${at("somebody's address")}@people.example`, role: "viewer" };
  await send("POST", "/api/v1/invitations", guest);
}

async function seedKeys(
  send: Ask,
  canaries: Canaries,
): Promise<Pick<SecretWorld, "clientKey" | "boundKey" | "serverKey">> {
  const at = (place: string) => canaries.at(place);
  const issue = async (kind: string, more: object = {}) => {
    const body = { kind, name: at(`a ${kind} key's name`), ...more };
    return (await send("POST", `${PLACE}/keys`, body)).secret;
  };
  await send("POST", `${PLACE}/break-glass-keys`, { name: at("a break-glass key's name") });
  return {
    serverKey: await issue("server"),
    clientKey: await issue("client"),
    boundKey: await issue("client", { origins: [`https://${at("a key's origin")}.example`] }),
  };
}
