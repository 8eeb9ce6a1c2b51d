import { beforeAll, describe, expect, it } from "vitest";
import { type BuiltInRole } from "../../../src/core/access/roles.ts";
import { takesIdempotencyKey } from "../../../src/contract/endpoint.ts";
import { Canaries } from "../../harness/leaks/canaries.ts";
import { onWire, type RowAnswer, rowIds, rowOf, type WireRequest } from "./ask.ts";
import { foreignRequests } from "./foreign-requests.ts";
import { anOrganisation } from "./in-process.ts";
import type { Person } from "./begun-world.ts";
import { REFUSED_TO_OWNERS } from "./recipes.ts";
import type { World } from "./world.ts";

const SEED = 20_261_121;
const LEAST_CALLS = 10_000;
const ROLES: readonly BuiltInRole[] = [
  "owner",
  "admin",
  "editor",
  "reviewer",
  "experimenter",
  "viewer",
];

const canaries = new Canaries(SEED);
const guarded = rowIds.filter((id) => rowOf(id).scope !== "public");
/** What the last part of the answers of a list is reached by. */
const lists = guarded.filter((id) => id.endsWith(".list") && !rowOf(id).path.includes(":"));

/** Who reaches, and the world that is theirs. */
interface Reacher extends Person {
  readonly own: World;
}

/** The organisation that is reached for. */
let theirs: World;
/** One for each role, each in an organisation of its own. */
const reachers = new Map<BuiltInRole, Reacher>();
let calls = 0;
const statuses = new Map<number, number>();

beforeAll(async () => {
  theirs = await anOrganisation("acme", (place) => canaries.at(place));
  for (const role of ROLES) {
    const own = await anOrganisation(`rival-${role}`);
    reachers.set(role, { ...(await own.person(role)), own });
  }
}, 120_000);

/** What is wrong with an answer to somebody of another organisation; `null`: nothing. */
function faultOf(answer: RowAnswer, request: WireRequest, allowed: readonly number[]) {
  calls += 1;
  statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
  const leaks = canaries.foundIn(answer.text, `${request.path} ${request.body ?? ""}`);
  if (leaks.length > 0) return `shows ${leaks.join(", ")}`;
  return allowed.includes(answer.status) ? null : `${answer.status}: ${answer.text.slice(-300)}`;
}

describe("what belongs to another organisation", () => {
  it.each(guarded)(
    "cannot be reached by %s, whatever the role and however it is written",
    { timeout: 120_000 },
    async (id) => {
      const sound = await theirs.requestFor(id);
      const faults: string[] = [];
      const trying = [...reachers].map(async ([role, { send, own }]) => {
        for (const { name, request, isOdd } of foreignRequests(sound, own)) {
          const answer = await send(request);
          const allowed = isOdd === true ? [400, 403, 404, 405] : [403, 404];
          // It evaluates what one names oneself, and says that there is no such flag.
          if (id === "flags.explain" && name.startsWith("from project and env")) allowed.push(200);
          const fault = faultOf(answer, request, allowed);
          if (fault !== null) faults.push(`${role}, ${name}: ${request.path} → ${fault}`);
        }
      });
      await Promise.all(trying);
      expect(faults).toEqual([]);
      // All of that was refused for what it reached for: whoever has it is let through.
      const answer = await theirs.send(sound);
      expect(answer.status, answer.text).toBeLessThan(500);
      if (!REFUSED_TO_OWNERS.includes(id)) {
        expect(answer.status, answer.text).toBe(rowOf(id).response.status);
      }
    },
  );

  it("is answered for as what does not exist is", { timeout: 120_000 }, async () => {
    const owner = reachers.get("owner")!;
    const differing: string[] = [];
    for (const id of guarded.filter((each) => rowOf(each).path.includes(":"))) {
      const sound = await theirs.requestFor(id);
      const none = Object.fromEntries(
        Object.entries(sound.params).map(([name, value]) => [name, unlike(value)]),
      );
      const foreign = await owner.send(onWire(sound));
      const missing = await owner.send(onWire({ ...sound, params: none }));
      const [a, b] = [foreign, missing].map(({ status, body }) => `${status} ${body?.code}`);
      if (a !== b) differing.push(`${id}: ${a}, but ${b} for what does not exist`);
    }
    expect(differing).toEqual([]);
  });

  it("is in no list, nor behind a cursor of theirs", { timeout: 60_000 }, async () => {
    const faults: string[] = [];
    for (const id of lists) {
      const { method, path, headers, body } = onWire(await theirs.requestFor(id));
      // Two of each, so that there is a page after the first.
      await theirs.requestFor(id);
      const first = await theirs.self!.send({ method, path: `${path}?limit=1`, headers, body });
      const { next = null } = first.body ?? {};
      const rest = next === null ? [] : [`?cursor=${encodeURIComponent(next)}`];
      for (const [role, { send }] of reachers) {
        for (const query of ["", "?limit=200", ...rest]) {
          const request = { method, path: `${path}${query}`, headers, body };
          const fault = faultOf(await send(request), request, [200, 400, 403]);
          if (fault !== null) faults.push(`${role}: ${request.path} → ${fault}`);
        }
      }
    }
    expect(faults).toEqual([]);
  });

  it("is not told to whoever sends the same idempotency key", { timeout: 120_000 }, async () => {
    const faults: string[] = [];
    const repeatable = guarded.filter((id) => takesIdempotencyKey(rowOf(id)));
    for (const id of repeatable) {
      const wire = onWire(await theirs.requestFor(id));
      const headers = { ...wire.headers, "idempotency-key": `key-${id}` };
      const request = { ...wire, headers };
      const first = await theirs.self!.send(request);
      if (!REFUSED_TO_OWNERS.includes(id))
        expect(first.status, `${id} ${first.text}`).toBeLessThan(300);
      const stranger = await reachers.get("owner")!.send(request);
      const isReplayed = stranger.headers.has("idempotency-replayed");
      const leaks = canaries.foundIn(stranger.text, `${wire.path} ${wire.body ?? ""}`);
      if (isReplayed || leaks.length > 0) faults.push(`${id}: ${stranger.text}`);
    }
    expect(repeatable.length).toBeGreaterThan(10);
    expect(faults).toEqual([]);
  });

  it(
    "is never confirmed as unchanged to whoever names its version",
    { timeout: 60_000 },
    async () => {
      const faults: string[] = [];
      let confirmed = 0;
      const tagged = guarded.filter((id) => rowOf(id).response.etag && rowOf(id).method === "GET");
      for (const id of tagged.filter((each) => rowOf(each).path.includes(":"))) {
        const wire = onWire(await theirs.requestFor(id));
        const etag = (await theirs.self!.send(wire)).headers.get("etag") ?? "none";
        const request = { ...wire, headers: { ...wire.headers, "if-none-match": etag } };
        if ((await theirs.self!.send(request)).status === 304) confirmed += 1;
        for (const [role, { send }] of reachers) {
          const answer = await send(request);
          if (![403, 404].includes(answer.status)) faults.push(`${id} ${role}: ${answer.status}`);
        }
      }
      // Whoever has it is told so, but where an answer has parts that change without a new version.
      expect(confirmed).toBeGreaterThan(10);
      expect(faults).toEqual([]);
    },
  );

  it(`was reached for at least ${LEAST_CALLS} times`, () => {
    const list = [...statuses].map(([status, count]) => `${count} × ${status}`).join(", ");
    // oxlint-disable-next-line no-console -- the figure is for people
    console.log(
      `isolation: ${guarded.length} rows × ${ROLES.length} roles, ${calls} calls: ${list}`,
    );
    expect(calls).toBeGreaterThanOrEqual(LEAST_CALLS);
  });
});

const unlike = (value: string): string =>
  value.replaceAll(/[0-9a-f]/g, (digit) => (digit === "9" ? "8" : "9"));
