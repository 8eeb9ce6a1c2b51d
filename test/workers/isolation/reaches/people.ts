import type { Reached } from "../reached.ts";
import { json, type Reaches } from "./reach.ts";

const NAMING = { "x-organisation": "acme", "x-switchyard-organisation": "acme" };

/** A page, or what is said of oneself: whoever names another organisation sees no more. */
const page =
  (path: string): Reaches =>
  () => [
    { name: "as it is", request: json("GET", path), mayBe: 200 },
    {
      name: "naming an organisation",
      request: { ...json("GET", `${path}?organisation=acme`), headers: NAMING },
      mayBe: 200,
    },
  ];

/** A route of the people's own library: what it is sent names somebody of the other organisation. */
const post =
  (path: string, body: (theirs: Reached) => object, mayBe?: number): Reaches =>
  (theirs) => {
    const request = json("POST", `/api/auth${path}`, body(theirs));
    return [
      { name: "as it is", request, ...(mayBe === undefined ? {} : { mayBe }) },
      {
        name: "naming an organisation",
        request: { ...request, headers: { ...request.headers, ...NAMING } },
        ...(mayBe === undefined ? {} : { mayBe }),
      },
    ];
  };

const selfOf = (theirs: Reached) => theirs.world.self!;
const WRONG = "not the password of anybody";
const NEW = "correct horse battery";

/** People's accounts and sessions, of one's own alone. */
export const PEOPLE: Readonly<Record<string, Reaches>> = {
  // Attempts are counted, so that there is an end to guessing.
  "POST /api/auth/sign-in/email": post(
    "/sign-in/email",
    (theirs) => ({ email: selfOf(theirs).email, password: WRONG }),
    429,
  ),
  "POST /api/auth/sign-out": post("/sign-out", (theirs) => ({ personId: selfOf(theirs).id })),
  // The same for every address, so that it tells nothing.
  "POST /api/auth/request-password-reset": post(
    "/request-password-reset",
    (theirs) => ({ email: selfOf(theirs).email }),
    200,
  ),
  "POST /api/auth/reset-password": post("/reset-password", (theirs) => ({
    token: selfOf(theirs).id,
    newPassword: NEW,
  })),
  "POST /api/auth/change-password": post("/change-password", () => ({
    currentPassword: WRONG,
    newPassword: NEW,
  })),
  "POST /api/auth/two-factor/enable": post("/two-factor/enable", () => ({ password: WRONG })),
  "POST /api/auth/two-factor/verify-totp": post("/two-factor/verify-totp", () => ({
    code: "000000",
  })),
  "POST /api/auth/two-factor/verify-backup-code": post("/two-factor/verify-backup-code", () => ({
    code: "aaaaa-aaaaa",
  })),
  "POST /api/auth/two-factor/disable": post("/two-factor/disable", () => ({ password: WRONG })),
  "POST /api/auth/two-factor/generate-backup-codes": post(
    "/two-factor/generate-backup-codes",
    () => ({ password: WRONG }),
  ),
  "GET /api/auth/session": page("/api/auth/session"),
  "GET /api/auth/sessions": page("/api/auth/sessions"),
  "POST /api/auth/sessions/end-others": post(
    "/sessions/end-others",
    (theirs) => ({ personId: selfOf(theirs).id }),
    200,
  ),
  "POST /api/auth/sessions/:session/end": (theirs) =>
    [theirs.session, "*", "%25"].map((id) => ({
      name: `the session ${id}`,
      request: json("POST", `/api/auth/sessions/${id}/end`, {}),
    })),
  "POST /api/auth/organisation": post("/organisation", ({ world }) => ({
    organisationId: world.organisationId,
  })),
  "POST /api/auth/invitations/accept": post("/invitations/accept", ({ invitation }) => ({
    token: invitation,
    name: "Mallory",
    password: NEW,
  })),
};

export const PAGES: Readonly<Record<string, Reaches>> = {
  "GET /": page("/"),
  "GET /api/docs": page("/api/docs"),
  "GET /welcome": page("/welcome"),
  // All messages of a development machine; elsewhere it is not there.
  "GET /dev/mail": () => [{ name: "as it is", request: json("GET", "/dev/mail") }],
};
