import { accessEmail } from "../../../src/adapters/auth/access-assertion.ts";
import type { AccessSettings } from "../../../src/adapters/auth/access-assertion.ts";
import { ProblemError } from "../http/problem.ts";
import type { Services } from "../services.ts";
import type { AccessEnv } from "./access-env.ts";
import type { Credential } from "./credential.ts";

const HEADER = "cf-access-jwt-assertion";

/**
 * Whom Cloudflare Access let through, if it stands before the installation: the person of that
 * e-mail address, who must be here already. `undefined`: it is not set up, or did not let anyone
 * through. Throws a `ProblemError` when what it says is not to be believed, or is of nobody here.
 */
export async function authenticateAccess(
  { headers }: Request,
  env: AccessEnv,
  { members, access, now }: Pick<Services, "members" | "access" | "now">,
): Promise<Credential | undefined> {
  const settings = settingsOf(env);
  const assertion = headers.get(HEADER);
  if (settings === undefined || assertion === null) return undefined;
  const email = await accessEmail(assertion, settings, now());
  if (!email.ok) throw refused(`The assertion of Cloudflare Access is refused: ${email.error}.`);
  const person = await members.personByEmail(email.value);
  const [organisationId] = person === undefined ? [] : await members.organisationsOf(person.id);
  const member =
    person === undefined || organisationId === undefined
      ? undefined
      : await members.find(organisationId, person.id);
  if (organisationId === undefined || member === undefined || member.deactivatedAtMs !== null) {
    throw refused(
      `Cloudflare Access let ${email.value} through, who is not active here. An administrator can ` +
        "invite them, or have them provisioned.",
    );
  }
  const { id, name } = member;
  const grants = await access.grantsOf({ kind: "person", id, organisationId });
  return {
    id: `access:${id}`,
    organisationId,
    actor: { kind: "user", id, name },
    access: { grants, ceiling: null },
  };
}

function settingsOf({
  ACCESS_TEAM_DOMAIN: team = "",
  ACCESS_AUD: audience = "",
}: AccessEnv): AccessSettings | undefined {
  if (team === "" || audience === "") return undefined;
  const url = team.includes("://") ? team : `https://${team}`;
  const isShort = !team.includes(".") && !team.includes("://");
  return { teamOrigin: new URL(isShort ? `${url}.cloudflareaccess.com` : url).origin, audience };
}

const refused = (detail: string) =>
  new ProblemError("auth.required", {
    detail,
    headers: { "www-authenticate": 'Bearer realm="switchyard"' },
  });
