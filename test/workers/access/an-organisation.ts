import type { BuiltInRole } from "../../../src/core/access/roles.ts";
import type { EndpointId } from "../../../src/contract/endpoints.ts";
import { onWire, type RowAnswer } from "../isolation/ask.ts";
import { anOrganisation as aWorldOfOne } from "../isolation/in-process.ts";
import type { Person } from "../isolation/begun-world.ts";
import type { World } from "../isolation/world.ts";

export type Params = Readonly<Record<string, string>>;

/** Requests by one person. */
export type Ask = (
  id: EndpointId,
  params?: Params,
  body?: unknown,
  query?: Params,
) => Promise<RowAnswer>;

export interface Member extends Person {
  readonly ask: Ask;
}

export interface AnOrganisation {
  readonly world: World;
  /** What its owner asks for and gets. */
  readonly done: Ask;
  readonly owner: Member;
  /** The other environment beside `dev`. */
  readonly prod: string;
  readonly member: (role: BuiltInRole) => Promise<Member>;
}

const asking = (person: Person): Member => ({
  ...person,
  ask: (id, params = {}, body, query = {}) => {
    const wire = onWire({ id, params, body });
    const search = new URLSearchParams(query).toString();
    return person.send({ ...wire, path: search === "" ? wire.path : `${wire.path}?${search}` });
  },
});

let count = 0;

/** An organisation of its own, with an owner, a project, and two environments. */
export async function anOrganisation(): Promise<AnOrganisation> {
  count += 1;
  const world = await aWorldOfOne(crypto.randomUUID().replaceAll("-", "").slice(0, 12) + count);
  const owner = asking(world.self!);
  const done: Ask = async (id, params, body, query) => {
    const answer = await owner.ask(id, params, body, query);
    if (answer.status < 300) return answer;
    throw new Error(`${id}: ${answer.text}`);
  };
  const prod = world.environment;
  return { world, owner, prod, done, member: async (role) => asking(await world.person(role)) };
}

/** Leaves nobody else as owner. */
export async function leaveOwners(
  { done }: AnOrganisation,
  kept: readonly { readonly id: string }[],
): Promise<void> {
  const { items } = (await done("people.list")).body;
  for (const { id, role } of items) {
    if (role === "owner" && !kept.some((one) => one.id === id)) {
      await done("members.remove", { person: id });
    }
  }
}
