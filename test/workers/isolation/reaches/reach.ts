import type { Send, WireRequest } from "../ask.ts";
import type { Reached, Reacher } from "../reached.ts";

/** One way to reach for what is another organisation's, by a route outside the endpoint table. */
export interface OtherReach {
  readonly name: string;
  readonly request: WireRequest;
  /** `session` unless said otherwise. */
  readonly as?: "session" | "nobody" | "edge";
  /** Beyond a refusal: what answers out of what is one's own, or tells nothing. */
  readonly mayBe?: number;
}

export type Reaches = (
  theirs: Reached,
  reacher: Reacher,
  anyone: Send,
) => readonly OtherReach[] | Promise<readonly OtherReach[]>;

export const json = (method: string, path: string, body?: object): WireRequest => ({
  method,
  path,
  headers: { "content-type": "application/json" },
  body: body === undefined ? undefined : JSON.stringify(body),
});
