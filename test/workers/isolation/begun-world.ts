import type { BuiltInRole } from "../../../src/core/access/roles.ts";
import type { EndpointId } from "../../../src/contract/endpoints.ts";
import type { Send } from "./ask.ts";

export type Params = Readonly<Record<string, string>>;

/** Where worlds are. */
export interface Installation {
  /** Without credentials. */
  readonly anyone: Send;
  /** As browsers name it. */
  readonly origin: string;
  /** Sets a message with events of this environment aside; answers with the letter's id. */
  readonly deadLetter: (environmentId: string, reason: string) => Promise<string>;
  /** Archives a text as if it were entries of an organisation's audit log; answers with its name. */
  readonly archive: (organisationId: string, text: string) => Promise<string>;
}

/** Somebody with a session. */
export interface Person {
  readonly id: string;
  readonly email: string;
  readonly send: Send;
}

/** One organisation's things, for those who add to them. */
export interface BegunWorld {
  readonly installation: Installation;
  readonly organisationId: string;
  readonly project: string;
  readonly environment: string;
  readonly environmentId: string;
  /** Somebody who may do everything. */
  readonly self: Person | undefined;
  /** What stands wherever a thing of this world has a text of its own. */
  readonly text: (place: string) => string;
  /** A key that nothing has yet, in any world. */
  name(what: string): string;
  /** Somebody new, with a session. */
  person(role: BuiltInRole): Promise<Person>;
  /** Calls a row; throws unless it succeeds. */
  done(id: EndpointId, params: Params, body?: unknown): Promise<any>;
}
