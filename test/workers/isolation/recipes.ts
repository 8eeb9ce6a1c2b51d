import type { EndpointId } from "../../../src/contract/endpoints.ts";
import { rowOf } from "./ask.ts";
import type { BegunWorld, Params } from "./begun-world.ts";

type Make = (world: BegunWorld, params: Params) => Promise<string> | string;
type Prepare = (world: BegunWorld, params: Params) => Promise<unknown>;
// Examples are of every shape.
type Adapt = (example: any, world: BegunWorld, params: Params) => unknown;

/**
 * How the value of a path's parameter is made, from those before it in the path. The name of a row,
 * or of a group of rows, goes before that of the parameter where those need another one.
 */
export const makers: Readonly<Partial<Record<string, Make>>> = {
  project: ({ project }) => project,
  environment: ({ environment }) => environment,
  flag: (world) => newFlag(world),
  "flags.create flag": (world) => newFlag(world, { createIn: ["dev"] }),
  async override(world, { project = "", environment = "", flag = "" }) {
    const body = {
      id: world.name("o"),
      if: { attribute: "email", operator: "eq", value: world.text("an override's value") },
      variation: "on",
      reason: world.text("an override's reason"),
    };
    await world.done("overrides.create", { project, environment, flag }, body);
    return body.id;
  },
  async segment(world, params) {
    const key = world.name("s");
    const included = [world.text("a segment's member")];
    await world.done("segments.create", params, { key, name: world.text("a segment"), included });
    return key;
  },
  async key(world, params) {
    const name = world.text("an SDK key's name");
    return (await world.done("keys.issue", params, { kind: "server", name })).id;
  },
  async breakGlassKey(world, params) {
    const name = world.text("a break-glass key's name");
    return (await world.done("break-glass-keys.issue", params, { name })).id;
  },
  revision: () => "1",
  letter: ({ installation, environmentId, text }) =>
    installation.deadLetter(environmentId, text("why a dead letter is dead")),
  async serviceAccount(world) {
    const named = { name: world.name("bot"), description: world.text("a service account") };
    return (await world.done("service-accounts.create", {}, named)).id;
  },
  "service-tokens token": (world, params) => newToken(world, "service-tokens.issue", params),
  "my-tokens token": (world) => newToken(world, "my-tokens.issue", {}),
  "provisioning token": async (world) => {
    const body = { name: world.name("directory") };
    return (await world.done("provisioning.issue", {}, body)).id;
  },
  person: async (world) => (await world.person("viewer")).id,
  async "teams.remove-person person"(world, params) {
    const { id } = await world.person("viewer");
    await world.done("teams.add-person", params, { person: id });
    return id;
  },
  async unit(world) {
    const key = world.name("u");
    await world.done("units.create", {}, { key, name: world.text("a unit's name") });
    return key;
  },
  async team(world) {
    const key = world.name("t");
    await world.done("teams.create", {}, { key, name: world.text("a team's name") });
    return key;
  },
  async role(world) {
    const key = world.name("r");
    const named = { name: world.text("a role's name"), description: world.text("a role") };
    await world.done("roles.create", {}, { key, ...named, scopes: ["flags:read"] });
    return key;
  },
  async grant(world) {
    const { id } = await world.person("viewer");
    const body = { to: { kind: "person", id }, scopes: ["flags:read"] };
    return (await world.done("grants.create", {}, body)).id;
  },
  archive: ({ installation, organisationId, text }) =>
    installation.archive(organisationId, text("an archive of the audit log")),
  async invitation(world) {
    const email = `${world.name("guest")}@people.example`;
    return (await world.done("invitations.create", {}, { email, role: "viewer" })).id;
  },
  async provider(world) {
    const body = aProvider(rowOf("identity.create").request?.example, world);
    return (await world.done("identity.create", {}, body)).id;
  },
  request: (world) => newPrivacyRequest(world),
  async "privacy-requests.export request"(world) {
    const request = await newPrivacyRequest(world);
    for (let state = ""; state !== "done";) {
      ({ state } = await world.done("privacy-requests.run", { request }));
    }
    return request;
  },
};

/** What must be so before a row can succeed. */
export const preparations: Partial<Record<EndpointId, Prepare>> = {
  "environments.rollback": (world) => newFlag(world),
  "service-accounts.enable": (world, params) => world.done("service-accounts.disable", params, {}),
  "flags.restore": (world, params) => world.done("flags.archive", params, {}),
  "flags.unkill": (world, params) => world.done("flags.kill", params, kill(world)),
  "flags.rollback": (world, params) =>
    world.done("flags.patch", params, { description: world.text("a flag's new description") }),
};

/** What a body needs beyond the row's example: names that are there, or that are not there yet. */
export const bodies: Partial<Record<EndpointId, Adapt>> = {
  "organisations.create": (example, world) => ({ ...example, owner: world.self?.email }),
  "projects.create": (example, world) => ({ ...example, key: world.name("p") }),
  "environments.create": (example, world) => ({ ...example, key: world.name("e") }),
  "environments.rollback": (example) => ({ ...example, toRevision: 1 }),
  "environments.kill": async ({ reason }, world) => ({ reason, flags: [await newFlag(world)] }),
  "environments.unkill": async (example, world) => {
    const flag = await newFlag(world);
    const { project, environment } = world;
    await world.done("flags.kill", { project, environment, flag }, kill(world));
    return { ...example, flags: [flag] };
  },
  "catalogue.create": (example, world) => ({ ...example, key: world.name("f") }),
  "units.create": (example, world) => ({ ...example, key: world.name("u") }),
  "teams.create": (example, world) => ({ ...example, key: world.name("t") }),
  "teams.add-person": async (_, world) => ({ person: (await world.person("viewer")).id }),
  "roles.create": (example, world) => ({ ...example, key: world.name("r") }),
  // What every role may give away.
  "my-tokens.issue": (example) => ({ ...example, scopes: ["flags:read"] }),
  "service-accounts.create": (example, world) => ({ ...example, name: world.name("bot") }),
  "service-accounts.patch": (example, world) => ({ ...example, name: world.name("bot") }),
  "invitations.create": (example, world) => ({
    ...example,
    email: `${world.name("guest")}@people.example`,
  }),
  "identity.create": aProvider,
  // Another preset would hold for all that comes after.
  "compliance.patch": () => ({ auditDetailDays: 4_000 }),
  "segments.create": (example, world) => ({ ...example, key: world.name("s") }),
  "flags.rollback": async (example, world, params) => {
    const { revision } = await world.done("flags.get", params);
    return { ...example, toRevision: revision - 1 };
  },
};

async function newToken(world: BegunWorld, id: EndpointId, params: Params): Promise<string> {
  const body = { name: world.text("a token's name"), scopes: ["flags:read"] };
  return (await world.done(id, params, body)).id;
}

async function newPrivacyRequest(world: BegunWorld): Promise<string> {
  const unit = world.text("a unit");
  const body = { kind: "export", unit, reason: world.text("why data is exported") };
  return (await world.done("privacy-requests.create", {}, body)).id;
}

function aProvider(example: any, world: BegunWorld): object {
  return { ...example, name: world.name("login"), domains: [`${world.name("d")}.example`] };
}

/** What a row that asks for it is asked with. */
export const queries: Partial<Record<EndpointId, Params>> = {
  "access.check": { scope: "flags:read" },
};

/** Rows that refuse even an owner of one organisation. */
export const REFUSED_TO_OWNERS: readonly string[] = [
  // It needs a grant in the whole installation.
  "organisations.create",
  // Only while nobody in the whole installation can sign in.
  "people.first-owner-link",
];

const kill = (world: BegunWorld) => ({ variation: "off", reason: world.text("a kill's reason") });

async function newFlag(world: BegunWorld, more: object = {}): Promise<string> {
  const key = world.name("f");
  const text = (place: string) => world.text(`a flag's ${place}`);
  const rule = {
    id: "r",
    if: { attribute: "email", operator: "eq", value: text("rule") },
    then: { variation: "on" },
  };
  await world.done(
    "catalogue.create",
    { project: world.project },
    {
      key,
      name: text("name"),
      owner: text("owner"),
      tags: { team: text("tag") },
      base: {
        enabled: true,
        description: text("description"),
        default: { variation: "off" },
        targets: [{ variation: "on", values: [text("target")] }],
        rules: [rule],
      },
      ...more,
    },
  );
  return key;
}
