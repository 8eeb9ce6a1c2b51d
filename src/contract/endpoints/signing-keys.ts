import type { EndpointDefinition } from "../endpoint.ts";
import { EnvironmentParams } from "../params.ts";
import { SigningKeyList, SigningKeyResponse, SigningKeyRotateRequest } from "../signing-key.ts";

const BASE = "/api/v1/projects/:project/environments/:environment/signing-keys";
const places = ["project.not-found", "environment.not-found", "environment.unfinished"] as const;

export const signingKeyEndpoints = {
  "signing-keys.list": {
    method: "GET",
    path: BASE,
    scope: "signing-keys:read",
    tag: "signing-keys",
    summary: "List signing keys",
    description:
      "The public halves of all keys by which the environment's rulesets were ever signed, the " +
      "newest last. What is served is signed by the newest; the others show how it came to be trusted.",
    params: EnvironmentParams,
    response: { status: 200, description: "All of them.", schema: SigningKeyList },
    problems: places,
  },
  "signing-keys.rotate": {
    method: "POST",
    path: `${BASE}/rotate`,
    scope: "signing-keys:write",
    tag: "signing-keys",
    summary: "Sign with a new key",
    description:
      "Makes a key that the present one endorses, and signs with it from this revision on. Readers " +
      "follow by themselves. The private half is in no answer.",
    params: EnvironmentParams,
    request: {
      schema: SigningKeyRotateRequest,
      example: { reason: "The yearly rotation." },
    },
    response: { status: 201, description: "The new key.", schema: SigningKeyResponse },
    problems: [...places, "reason.required"],
  },
} as const satisfies Record<string, EndpointDefinition>;
