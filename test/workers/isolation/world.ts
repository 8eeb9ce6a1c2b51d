import type { BuiltInRole } from "../../../src/core/access/roles.ts";
import type { EndpointId } from "../../../src/contract/endpoints.ts";
import { onWire, type RowAnswer, type RowRequest, rowOf, type Send } from "./ask.ts";
import type { BegunWorld, Installation, Params, Person } from "./begun-world.ts";
import { newPerson } from "./people.ts";
import { bodies, makers, preparations, queries } from "./recipes.ts";

/**
 * One organisation's things, and for each row of the endpoint table a request that will succeed:
 * with the row's own example as its body, and with things of its own in its path, so that no
 * request is in another's way.
 */
export class World implements BegunWorld {
  readonly installation: Installation;
  readonly organisationId: string;
  /** Made by `begin`. */
  project = "";
  environment = "";
  environmentId = "";
  /** Somebody who may do everything. */
  self: Person | undefined;
  readonly #send: Send;
  /** What stands wherever a thing of this world has a text of its own. */
  readonly text: (place: string) => string;
  #count = 0;

  /** @param send with a credential that may do everything in the organisation. */
  constructor(
    installation: Installation,
    organisationId: string,
    send: Send,
    text: (place: string) => string = (place) => place,
  ) {
    this.installation = installation;
    this.organisationId = organisationId;
    this.#send = send;
    this.text = text;
  }

  async begin(): Promise<this> {
    this.project = this.name("p");
    const { project } = this;
    const named = { name: this.text("a project's name"), description: this.text("a description") };
    await this.done("projects.create", {}, { key: project, ...named });
    // Examples speak of "dev"; the other one is nobody else's.
    for (const key of ["dev", this.name("prod")]) {
      const tags = { team: this.text("an environment's tag") };
      const name = this.text("an environment's name");
      const made = await this.done("environments.create", { project }, { key, name, tags });
      this.environment = key;
      this.environmentId = made.id;
    }
    this.self = await this.person("owner");
    return this;
  }

  /** By the names of parameters, what of a path is there from the beginning. */
  get place(): Params {
    return { project: this.project, environment: this.environment };
  }

  /** A key that nothing has yet, in any world. */
  name(what: string): string {
    this.#count += 1;
    return `${what}-${this.#count}-${crypto.randomUUID().slice(0, 8)}`;
  }

  /** Somebody new, with a session. */
  person(role: BuiltInRole): Promise<Person> {
    return newPerson(this, role);
  }

  /** As whom it takes: what is about the caller as a person is sent by one. */
  send(request: RowRequest, headers: Params = {}): Promise<RowAnswer> {
    const isPersonal = rowOf(request.id).scope === "self";
    const send = isPersonal && this.self !== undefined ? this.self.send : this.#send;
    const wire = onWire(request);
    return send({ ...wire, headers: { ...wire.headers, ...headers } });
  }

  /** Calls a row; throws unless it succeeds. */
  async done(id: EndpointId, params: Params, body?: unknown): Promise<any> {
    const answer = await this.send({ id, params, body });
    if (answer.status < 300) return answer.body;
    throw new Error(`${id} ${JSON.stringify(params)}: ${answer.status} ${answer.text}`);
  }

  /** A request to this row that will succeed, once. */
  async requestFor(id: EndpointId): Promise<RowRequest> {
    const params: Record<string, string> = {};
    for (const [, name = ""] of rowOf(id).path.matchAll(/:(\w+)/g)) {
      const make = makers[`${id} ${name}`] ?? makers[`${id.split(".")[0]} ${name}`] ?? makers[name];
      if (make === undefined) {
        throw new Error(`${id} has the parameter :${name}, which makers in recipes.ts lacks`);
      }
      params[name] = await make(this, params);
    }
    await preparations[id]?.(this, params);
    const example = rowOf(id).request?.example;
    const body = bodies[id] === undefined ? example : await bodies[id](example, this, params);
    const query = queries[id];
    return { id, params, body, ...(query === undefined ? {} : { query }) };
  }
}
