import type { GivenGrant, GrantPlace } from "./given-grant.ts";

/** A grant in one sentence, for people. */
export function grantSummary(grant: Pick<GivenGrant, GrantPart>): string {
  const { effect, to, role, scopes, on, place } = grant;
  const who = to.kind === "everyone" ? "Everyone" : `${KINDS[to.kind]} ${quoted(to.name)}`;
  const where = on.organisationId === null ? "in every organisation" : placeInWords(place);
  const named = scopes.length === 0 ? "nothing" : scopes.join(", ");
  if (role === null) return `${who} ${effect === "allow" ? "may" : "may not"} ${named} ${where}.`;
  return effect === "allow"
    ? `${who} has the role ${quoted(role)} ${where}.`
    : `${who} may do nothing of what the role ${quoted(role)} allows ${where}.`;
}

type GrantPart = "effect" | "to" | "role" | "scopes" | "on" | "place";

const KINDS = { person: "Person", service: "Service account", team: "Team", unit: "Unit" } as const;

const quoted = (name: string) => `"${name}"`;

function placeInWords({ unit, project, environment, tag }: GrantPlace): string {
  const parts = [
    ...(environment === null ? [] : [`in the environment ${quoted(environment)}`]),
    ...(project === null
      ? []
      : [`${environment === null ? "in" : "of"} the project ${quoted(project)}`]),
    ...(unit === null ? [] : [`in the unit ${quoted(unit)}`]),
  ];
  const where = parts.length === 0 ? "in the whole organisation" : parts.join(" ");
  if (tag === null) return where;
  const { name, value } = tag;
  const tagged = value === null ? quoted(name) : `${quoted(name)} = ${quoted(value)}`;
  return `${where}, on what is tagged ${tagged}`;
}
