import { bootstrapToken } from "../../../src/app/tokens/bootstrap-token.ts";
import type { Token } from "../../../src/app/tokens/token.ts";
import type { KnownToken } from "../../../src/app/tokens/token-directory.ts";
import { bytesOf } from "../../../src/core/hash/hex.ts";
import { parseToken, tokenHash } from "../../../src/core/access/token.ts";
import { isNewUse, standingOf } from "../../../src/core/access/token-life.ts";
import type { ControlEnv } from "../env.ts";
import { consoleLog } from "../http/log.ts";
import type { Services } from "../services.ts";
import type { Authenticate, Credential } from "./credential.ts";
import { notConfigured, refused, required } from "./token-refusals.ts";

const SHORTEST_ADMIN_TOKEN = 32;

type Needs = Pick<Services, "access" | "tokenDirectory" | "later" | "now">;

/**
 * Who a request with `authorization: Bearer …` comes from, and what that allows. Every request asks
 * the database, so that what was revoked, disabled or taken away counts at once.
 */
export const authenticateToken: Authenticate<ControlEnv> = async (request, env, services) => {
  const given = bearerOf(request.headers, env);
  const hash = tokenHash(given);
  const adminToken = adminTokenOf(env);
  // A token that only resembles one is refused before anything is asked.
  const known =
    adminToken !== undefined && isSameHash(hash, tokenHash(adminToken))
      ? await bootstrapToken(adminToken, services)
      : await lookedUp(given, env, services);
  if (known === undefined || !isSameHash(hash, known.token.hash)) throw refused("unknown");
  const { token } = known;
  const nowMs = services.now();
  const standing = standingOf(token, nowMs);
  if (standing !== "works") throw refused(standing);
  if (!known.ownerStands) throw refused("owner-inactive");
  if (isNewUse(token.lastUsedAtMs, nowMs)) services.later(noteUse(token, nowMs, services));
  return credentialOf(known, services);
};

function bearerOf(headers: Headers, env: ControlEnv): string {
  const header = headers.get("authorization");
  const given = header === null ? undefined : /^Bearer +(\S+) *$/i.exec(header)?.[1];
  if (given !== undefined) return given;
  if (adminTokenOf(env) === undefined) throw notConfigured(env.ADMIN_TOKEN, SHORTEST_ADMIN_TOKEN);
  throw required(header === null ? "has no" : "has no usable");
}

/** A secret that could be guessed counts as none. */
const adminTokenOf = ({ ADMIN_TOKEN: token }: ControlEnv): string | undefined =>
  token === undefined || token.length < SHORTEST_ADMIN_TOKEN ? undefined : token;

async function lookedUp(
  given: string,
  env: ControlEnv,
  { tokenDirectory }: Needs,
): Promise<KnownToken | undefined> {
  const parsed = parseToken(given);
  if (parsed.ok) return tokenDirectory.find(parsed.value.id);
  if (parsed.error === "not-a-token" && adminTokenOf(env) === undefined) {
    throw notConfigured(env.ADMIN_TOKEN, SHORTEST_ADMIN_TOKEN);
  }
  throw refused(parsed.error);
}

/** In constant time, so that the time it takes says nothing about the hashes. */
const isSameHash = (a: string, b: string): boolean =>
  crypto.subtle.timingSafeEqual(bytesOf(a), bytesOf(b));

async function credentialOf(
  { token, ownerName }: KnownToken,
  { access }: Needs,
): Promise<Credential> {
  const { id, owner, scopes } = token;
  return {
    id: `token:${id}`,
    organisationId: owner.organisationId,
    actor: { kind: owner.kind === "person" ? "user" : "service", id: owner.id, name: ownerName },
    access: { grants: await access.grantsOf(owner), ceiling: scopes },
  };
}

/** That it could not be written down must not fail the request. */
async function noteUse({ id }: Token, nowMs: number, { tokenDirectory }: Needs): Promise<void> {
  try {
    await tokenDirectory.used(id, nowMs);
  } catch (error) {
    consoleLog("warn", "token.use-not-noted", { tokenId: id, error: String(error) });
  }
}
