import { versionConflict, type ProblemMeaning } from "./problem-meaning.ts";

const notFound = (what: string, path: string) =>
  ({
    status: 404,
    title: `There is no such ${what}`,
    meaning: `\`GET /api/v1/${path}\` lists the organisation's.`,
  }) as const;
const alreadyExists = (what: string) =>
  ({
    status: 409,
    title: `The ${what} exists`,
    meaning: "Keys are unique in an organisation. Choose another one, or change what is there.",
  }) as const;
const inUse = (what: string) =>
  ({
    status: 409,
    title: `The ${what} is in use`,
    meaning: "`usedBy` names what belongs to it or refers to it. Change those first.",
  }) as const;

/** What can go wrong with organisations, and with who belongs where and may do what. */
export const accessProblems = {
  "organisation.version-conflict": versionConflict("organisation"),
  "organisation.owner-required": {
    status: 422,
    title: "The organisation needs an owner",
    meaning:
      "A service account cannot own another organisation. Name somebody who can sign in as `owner`.",
  },
  "edition.not-included": {
    status: 403,
    title: "The organisation's edition does not include this",
    meaning: "`edition` is the one it has, `needed` the smallest one with the `feature`.",
  },
  "environment.jurisdiction-unavailable": {
    status: 422,
    title: "The jurisdiction is not to be had here",
    meaning: "Cloudflare offers jurisdictions; an installation on a machine of one's own has none.",
  },
  "unit.not-found": notFound("unit", "units"),
  "unit.already-exists": alreadyExists("unit"),
  "unit.version-conflict": versionConflict("unit"),
  "unit.in-use": inUse("unit"),
  "team.not-found": notFound("team", "teams"),
  "team.already-exists": alreadyExists("team"),
  "team.version-conflict": versionConflict("team"),
  "team.in-use": inUse("team"),
  "role.not-found": notFound("role", "roles"),
  "role.already-exists": alreadyExists("role"),
  "role.version-conflict": versionConflict("role"),
  "role.in-use": inUse("role"),
  "grant.not-found": notFound("grant", "grants"),
  "grant.shuts-out": {
    status: 409,
    title: "The deny could shut everyone out",
    meaning:
      "Whoever governs an organisation must be able to take a deny back. `scopes` names what may " +
      "be denied in the whole organisation to single people who are no owners, and to programs.",
  },
  "access.beyond-own": {
    status: 403,
    title: "Nobody gives more than they have",
    meaning:
      "`scopes` lists what you lack where it would hold. It counts for roles and grants that are " +
      "given and for denies that are taken away, one's own among them.",
  },
  "person.last-owner": {
    status: 409,
    title: "This is the last owner",
    meaning: "An organisation keeps an owner who can sign in. Make somebody else an owner first.",
  },
  "person.changed": {
    status: 409,
    title: "The membership has changed",
    meaning: "Somebody changed or ended it at the same time. Read it and decide again.",
  },
  "person.owner-denied": {
    status: 409,
    title: "Denies keep this person from being an owner",
    meaning: "`grants` are denies that hang on the person. Take them away first.",
  },
} as const satisfies Record<string, ProblemMeaning>;
