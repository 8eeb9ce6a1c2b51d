import { expect } from "vitest";
import type { Management } from "../crash/management.ts";

export const PLACE = "/api/v1/projects/crash/environments/prod";

/** An environment with the flag `shared`, and a server key to send events with. */
export async function anEventPlace(send: Management) {
  const made = [
    await send("POST", "/api/v1/projects", { key: "crash" }),
    await send("POST", "/api/v1/projects/crash/environments", { key: "prod" }),
    await send("POST", "/api/v1/projects/crash/flags", { key: "shared", type: "boolean" }),
    await send("POST", `${PLACE}/keys`, { kind: "server", name: "sender" }),
  ];
  expect(made.map((answer) => answer?.status)).toEqual([201, 201, 201, 201]);
  return { key: String(made[3]?.body.secret), environmentId: String(made[1]?.body.id) };
}
