import { beforeAll, describe, expect, it } from "vitest";
import type { EndpointId } from "../../../src/contract/endpoints.ts";
import { Canaries } from "../../harness/leaks/canaries.ts";
import { onWire, type RowRequest, sendingWith } from "./ask.ts";
import { anOrganisation, installation } from "./in-process.ts";
import type { World } from "./world.ts";

const canaries = new Canaries(20_261_122);

let theirs: World;
let own: World;
/** Of theirs, and one's own where a request needs something that is there. */
let things: Record<
  "team" | "unit" | "role" | "person" | "account" | "ownTeam" | "ownPerson",
  string
>;

const made = async (world: World, id: EndpointId, name: string): Promise<string> =>
  (await world.requestFor(id)).params[name]!;

beforeAll(async () => {
  theirs = await anOrganisation("acme", (place) => canaries.at(place));
  own = await anOrganisation("rival");
  things = {
    team: await made(theirs, "teams.get", "team"),
    unit: await made(theirs, "units.get", "unit"),
    role: await made(theirs, "roles.get", "role"),
    account: await made(theirs, "service-accounts.get", "serviceAccount"),
    person: theirs.self!.id,
    ownTeam: await made(own, "teams.get", "team"),
    ownPerson: (await own.person("viewer")).id,
  };
}, 60_000);

const of = (
  id: EndpointId,
  params: Readonly<Record<string, string>>,
  body: unknown,
): RowRequest => ({ id, params, body });
const asked = (id: EndpointId, query: Readonly<Record<string, string>>): RowRequest => ({
  id,
  params: {},
  query,
  body: undefined,
});

/** Requests for one's own organisation, whose body or query names something of theirs. */
function references(): readonly RowRequest[] {
  const { team, unit, role, person, account, ownTeam, ownPerson } = things;
  const { project, environment } = theirs;
  const place = { project, environment };
  const scopes = ["flags:read"];
  const grant = (to: object, on: object = {}) => of("grants.create", {}, { to, scopes, on });
  const everyone = { kind: "everyone" };
  return [
    grant({ kind: "person", id: person }),
    grant({ kind: "service", id: account }),
    grant({ kind: "team", key: team }),
    grant({ kind: "unit", key: unit }),
    grant(everyone, { project }),
    grant(everyone, place),
    grant(everyone, { project: own.project, environment }),
    grant(everyone, { unit }),
    grant({ kind: "person", id: own.self!.id }, { installation: true }),
    of("grants.create", {}, { to: everyone, role }),
    of("teams.add-person", { team: ownTeam }, { person }),
    of("teams.patch", { team: ownTeam }, { unit }),
    of("teams.create", {}, { key: own.name("t"), name: "x", unit }),
    of("projects.create", {}, { key: own.name("p"), unit }),
    of("projects.patch", { project: own.project }, { unit }),
    of("members.change-role", { person: ownPerson }, { role }),
    of("organisations.create", {}, { name: "x", owner: theirs.self!.email }),
    of(
      "privacy-requests.create",
      {},
      {
        kind: "erasure",
        unit: "user-1",
        reason: "x",
        environments: [`${project}/${environment}`],
      },
    ),
    of(
      "catalogue.create",
      { project: own.project },
      { key: own.name("f"), createIn: [environment] },
    ),
    asked("grants.list", { to: `person:${person}` }),
    asked("grants.list", { to: `team:${team}` }),
    asked("grants.list", { project }),
    asked("grants.list", { installation: "true" }),
    asked("access.check", { scope: "flags:read", project }),
    asked("access.check", { scope: "flags:read", principal: `person:${person}` }),
    asked("access.check", { scope: "flags:read", principal: `service:${account}` }),
    asked("audit.list", { project }),
    asked("audit.list", place),
    asked("audit.export", place),
    asked("audit.stream", place),
  ];
}

describe("what another organisation has", () => {
  it("cannot be named in a body or a query", { timeout: 60_000 }, async () => {
    const faults: string[] = [];
    for (const request of references()) {
      const wire = onWire(request);
      const { status, text, body } = await own.self!.send(wire);
      const leaks = canaries.foundIn(text, `${wire.path} ${wire.body}`);
      // Refused for what it names, not for how it is written.
      const isRefused = [403, 404, 422].includes(status) && body.code !== "request.invalid";
      if (!isRefused || leaks.length > 0) {
        faults.push(`${request.id} ${wire.path} ${wire.body} → ${text} ${leaks.join()}`);
      }
    }
    expect(faults).toEqual([]);
  });

  it("cannot be entered by who is no member, nor can its sessions be ended", async () => {
    const { send } = own.self!;
    const post = (path: string, body: object) =>
      send({ method: "POST", path, headers: {}, body: JSON.stringify(body) });
    const { organisationId } = theirs;
    const entered = await post("/api/auth/organisation", { organisationId });
    expect(entered).toMatchObject({ status: 404, body: { code: "organisation.not-found" } });

    const session = await theirs.self!.send(read("/api/auth/session"));
    const ended = await post(`/api/auth/sessions/${session.body.id}/end`, {});
    expect(ended).toMatchObject({ status: 404, body: { code: "session.not-found" } });
    expect((await theirs.self!.send(read("/api/auth/session"))).status).toBe(200);

    const { text } = await send(read("/api/auth/sessions"));
    expect(canaries.foundIn(text)).toEqual([]);
    expect(text).not.toContain(session.body.id);
  });

  it("may be in a message that names no environment, so that nobody of one organisation sees it", async () => {
    const letter = await installation.deadLetter("gone12345678", canaries.at("a stray message"));
    const list = await own.self!.send(read("/api/v1/dead-letters?limit=200"));
    expect(list.status).toBe(200);
    expect(canaries.foundIn(list.text)).toEqual([]);
    for (const id of ["dead-letters.redeliver", "dead-letters.delete"] as const) {
      const answer = await own.self!.send(onWire(of(id, { letter }, undefined)));
      expect(answer).toMatchObject({ status: 404, body: { code: "dead-letter.not-found" } });
    }
  });

  it("is not opened by a token of one's own, nor by a service account's", async () => {
    const params = {
      serviceAccount: (await own.requestFor("service-accounts.get")).params["serviceAccount"]!,
    };
    await own.done(
      "grants.create",
      {},
      {
        to: { kind: "service", id: params.serviceAccount },
        role: "admin",
      },
    );
    const scopes = ["projects:read", "flags:read", "history:read"];
    const named = { name: "t", scopes };
    const secrets = [
      (await own.done("my-tokens.issue", {}, named)).secret,
      (await own.done("service-tokens.issue", params, named)).secret,
    ];
    for (const secret of secrets) {
      const send = sendingWith(installation.anyone, { authorization: `Bearer ${secret}` });
      const mine = await send(read(`/api/v1/projects/${own.project}`));
      expect(mine.status, mine.text).toBe(200);
      for (const id of ["projects.get", "flags.list", "rulesets.get", "log.list"] as const) {
        const answer = await send(onWire(await theirs.requestFor(id)));
        expect(answer.status, id).toBe(404);
        expect(canaries.foundIn(answer.text, theirs.project)).toEqual([]);
      }
    }
  });
});

const read = (path: string) => ({ method: "GET", path, headers: {}, body: undefined });
