import { USERS } from "../evaluation/workloads.ts";

/** What is asked: one flag of five rules, or all 200. */
export interface Workload {
  readonly name: string;
  readonly path: string;
}

export const SINGLE: Workload = { name: "one flag", path: "/ofrep/v1/evaluate/flags/flag-1" };
export const BULK: Workload = { name: "all 200 flags", path: "/ofrep/v1/evaluate/flags" };

/** The bodies that clients send, one for each of the 10,000 users. */
export const BODIES: readonly string[] = USERS.map(({ id, ...attributes }) =>
  JSON.stringify({ context: { targetingKey: id, ...attributes } }),
);

/** One request, as the load generators send it, for the first user. */
export function ask(url: string, { path }: Workload, key: string): Promise<Response> {
  const headers = { authorization: `Bearer ${key}`, "content-type": "application/json" };
  return fetch(`${url}${path}`, { method: "POST", headers, body: BODIES[0] ?? "" });
}
