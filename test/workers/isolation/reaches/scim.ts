import { directory } from "../reached.ts";
import type { OtherReach, Reaches } from "./reach.ts";

/** With one's own directory's token; with a session, and with no token at all, besides. */
function scim(method: string, path: string, body?: object, mayBe?: number): readonly OtherReach[] {
  const by = (name: string, token: string, as: "nobody" | "session"): OtherReach => ({
    name: `${name}, ${path}`,
    request: directory(token, method, path, body),
    as,
    ...(mayBe === undefined || token === "none" ? {} : { mayBe }),
  });
  return [by("with a session", "none", "session"), by("", OWN_TOKEN, "nobody")];
}

/** Stands for the reacher's own directory's token. */
export const OWN_TOKEN = "own";

const PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp";
const patch = (...Operations: readonly object[]) => ({ schemas: [PATCH], Operations });
const adding = (value: string) => patch({ op: "add", path: "members", value: [{ value }] });
const filter = (text: string) => `filter=${encodeURIComponent(text)}`;

export const SCIM: Readonly<Record<string, Reaches>> = {
  ...Object.fromEntries(
    ["/ServiceProviderConfig", "/ResourceTypes", "/Schemas"].map((path) => [
      `GET /scim/v2${path}`,
      () => scim("GET", path, undefined, 200),
    ]),
  ),
  "GET /scim/v2/Users": ({ user }) =>
    [
      "",
      `?${filter(`userName eq "${user.userName}"`)}`,
      `?${filter(`id eq "${user.id}"`)}`,
    ].flatMap((query) => scim("GET", `/Users${query}`, undefined, 200)),
  "POST /scim/v2/Users": ({ user, domain }) => [
    ...scim("POST", "/Users", { userName: user.userName, displayName: "Mallory" }),
    ...scim("POST", "/Users", { userName: `new@${domain}`, displayName: "Mallory" }),
    ...scim("POST", "/Users", { userName: user.id, displayName: "Mallory" }),
  ],
  "GET /scim/v2/Users/:id": ({ user, world }) => [
    ...scim("GET", `/Users/${user.id}`),
    ...scim("GET", `/Users/${world.self?.id}`),
  ],
  "PUT /scim/v2/Users/:id": ({ user }) =>
    scim("PUT", `/Users/${user.id}`, { userName: user.userName, active: false }),
  "PATCH /scim/v2/Users/:id": ({ user }) =>
    scim("PATCH", `/Users/${user.id}`, patch({ op: "replace", path: "active", value: false })),
  "DELETE /scim/v2/Users/:id": ({ user, world }) => [
    ...scim("DELETE", `/Users/${user.id}`),
    ...scim("DELETE", `/Users/${world.self?.id}`),
  ],
  "GET /scim/v2/Groups": ({ group }) =>
    ["", `?${filter(`id eq "${group}"`)}`].flatMap((query) =>
      scim("GET", `/Groups${query}`, undefined, 200),
    ),
  "POST /scim/v2/Groups": ({ user }) =>
    scim("POST", "/Groups", { displayName: "ours", members: [{ value: user.id }] }),
  "GET /scim/v2/Groups/:id": ({ group }) => scim("GET", `/Groups/${group}`),
  "PUT /scim/v2/Groups/:id": ({ group }, { own }) => [
    ...scim("PUT", `/Groups/${group}`, { displayName: "ours", members: [] }),
    ...scim("PUT", `/Groups/${group}`, {
      displayName: "ours",
      members: [{ value: own.user.id }],
    }),
  ],
  "PATCH /scim/v2/Groups/:id": ({ group, user }, { own }) => [
    ...scim("PATCH", `/Groups/${group}`, adding(own.user.id)),
    // Into a group of one's own, somebody of theirs.
    ...scim("PATCH", `/Groups/${own.group}`, adding(user.id)),
  ],
  "DELETE /scim/v2/Groups/:id": ({ group }) => scim("DELETE", `/Groups/${group}`),
};
