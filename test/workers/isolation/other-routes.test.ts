import { exports } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import type { BuiltInRole } from "../../../src/core/access/roles.ts";
import { edgeRoutes } from "../../../workers/edge/app.ts";
import { Canaries } from "../../harness/leaks/canaries.ts";
import { otherRoutes } from "../hardening/other-routes.ts";
import { anOrganisation, answerOf, installation } from "./in-process.ts";
import type { RowAnswer } from "./ask.ts";
import { type Reached, reachedOf, type Reacher, reacherOf } from "./reached.ts";
import { EDGE } from "./reaches/edge.ts";
import { PAGES, PEOPLE } from "./reaches/people.ts";
import type { OtherReach } from "./reaches/reach.ts";
import { OWN_TOKEN, SCIM } from "./reaches/scim.ts";
import { SSO } from "./reaches/sso.ts";

const ROLES: readonly BuiltInRole[] = [
  "owner",
  "admin",
  "editor",
  "reviewer",
  "experimenter",
  "viewer",
];
const CONTROL = { ...PAGES, ...PEOPLE, ...SSO, ...SCIM };
const ALL = { ...CONTROL, ...EDGE };
const canaries = new Canaries(20_261_123);

let theirs: Reached;
const reachers: Reacher[] = [];
let calls = 0;

const edge = (path: string, init: RequestInit): Promise<Response> =>
  exports.default.fetch(`https://flags.example${path}`, init);

beforeAll(async () => {
  const { anyone } = installation;
  const acme = await anOrganisation("acme", (place) => canaries.at(place));
  theirs = await reachedOf(acme, anyone, "viewer", edge);
  for (const role of ROLES) {
    const own = await anOrganisation(`rival-${role}`);
    // No directory gives the role of an owner.
    const given = role === "owner" ? "admin" : role;
    reachers.push(await reacherOf(await reachedOf(own, anyone, given, edge), role));
  }
}, 120_000);

async function asked(reach: OtherReach, reacher: Reacher): Promise<RowAnswer> {
  const { request, as = "session" } = reach;
  const { path, headers } = request;
  calls += 1;
  if (as === "session") return reacher.send(request);
  if (as === "edge") {
    const answer = await edge(path, { ...request, body: request.body ?? null });
    return answer.webSocket === null ? answerOf(answer) : ofSocket(answer, answer.webSocket);
  }
  const isOwn = headers["authorization"] === `Bearer ${OWN_TOKEN}`;
  const authorization = isOwn ? { authorization: `Bearer ${reacher.own.scimToken}` } : {};
  return installation.anyone({ ...request, headers: { ...headers, ...authorization } });
}

/** A browser is told why by a socket alone: it opens, says so and is closed with 4401. */
async function ofSocket(answer: Response, socket: WebSocket): Promise<RowAnswer> {
  const told: string[] = [];
  const status = await new Promise<number>((resolve) => {
    socket.addEventListener("close", ({ code }) => resolve(code - 4_000));
    socket.addEventListener("message", ({ data }) => {
      told.push(typeof data === "string" ? data : new TextDecoder().decode(data));
      if (!told.join("").includes('"type":"error"')) resolve(answer.status);
    });
    socket.accept();
  });
  socket.close();
  const { headers } = answer;
  return { status, headers, requestId: "", cookies: [], text: told.join("\n"), body: null };
}

/** What is wrong with an answer to somebody of another organisation; `null`: nothing. */
function faultOf(answer: RowAnswer, { request, mayBe }: OtherReach): string | null {
  const leaks = canaries.foundIn(answer.text, `${request.path} ${request.body ?? ""}`);
  if (leaks.length > 0) return `shows ${leaks.join(", ")}`;
  const { status } = answer;
  // Back to the page that says why, signed in as nobody.
  const isTurnedAway =
    answer.headers.get("location")?.startsWith("/welcome#refused=") === true &&
    answer.cookies.every((cookie) => cookie.endsWith("sign_in="));
  if (status === 303 && !isTurnedAway) return `303 to ${answer.headers.get("location")}`;
  return [400, 401, 403, 404].includes(status) || status === mayBe
    ? null
    : `${status}: ${answer.text.slice(-300)}`;
}

describe("what belongs to another organisation", () => {
  it.each(Object.entries(ALL))(
    "cannot be reached by %s, whatever the role",
    { timeout: 60_000 },
    async (route, reaches) => {
      const faults: string[] = [];
      // To the edge nobody has a role.
      for (const reacher of Object.hasOwn(EDGE, route) ? reachers.slice(0, 1) : reachers) {
        for (const reach of await reaches(theirs, reacher, installation.anyone)) {
          const fault = faultOf(await asked(reach, reacher), reach);
          if (fault !== null) faults.push(`${reacher.role}, ${reach.name}: ${fault}`);
        }
      }
      expect(faults).toEqual([]);
    },
  );

  it("is as it was before all that", async () => {
    const own = { ...reachers[0]!, own: theirs };
    const user = SCIM["GET /scim/v2/Users/:id"]!;
    const [, reach] = await user(theirs, own, installation.anyone);
    const answer = await asked(reach!, own);
    expect(answer.status, answer.text).toBe(200);
    expect(answer.text).toContain('"active":true');
    expect(canaries.foundIn(answer.text)).not.toEqual([]);
    const session = { method: "GET", path: "/api/auth/session", headers: {}, body: undefined };
    expect((await theirs.world.self!.send(session)).status).toBe(200);
    // Whoever has the key sees what was looked for.
    for (const [key, path] of [
      [theirs.serverKey, "/sdk/v1/ruleset"],
      [theirs.clientKey, "/ofrep/v1/evaluate/flags"],
    ] as const) {
      const method = path.startsWith("/sdk") ? "GET" : "POST";
      const headers = { authorization: `Bearer ${key}`, "content-type": "application/json" };
      const body = method === "GET" ? null : JSON.stringify({ context: {} });
      expect((await edge(path, { method, headers, body })).status).toBe(200);
    }
  });

  it("was reached for by every route that no row of the endpoint table has", () => {
    const registered = otherRoutes.map(({ method, path }) => `${method} ${path}`);
    expect(Object.keys(CONTROL).toSorted()).toEqual([...new Set(registered)].toSorted());
    expect(Object.keys(EDGE).toSorted()).toEqual([...edgeRoutes()].toSorted());
    // oxlint-disable-next-line no-console -- the figure is for people
    console.log(`isolation: ${Object.keys(ALL).length} other routes, ${calls} calls`);
    expect(calls).toBeGreaterThan(600);
  });
});
