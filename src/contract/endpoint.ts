import type { z } from "zod";
import type { ProblemCode } from "./problems.ts";
import type { Feature } from "../core/access/edition.ts";
import type { Scope } from "../core/access/scopes.ts";

export type Method = "GET" | "POST" | "PATCH" | "DELETE";

/** One row of the endpoint table. Routes, checks, documentation and clients follow from it. */
export interface EndpointDefinition {
  readonly method: Method;
  /** Parameters are written `:name`, each a member of `params`. */
  readonly path: `/${string}`;
  /**
   * What credentials must allow; `"public"`: needs none; `"self"`: any person's do, because it is
   * about nobody but them; `"any"`: any do, and the answer is what they may see.
   */
  readonly scope: Scope | "public" | "self" | "any";
  /**
   * The scope need hold only for something inside of what the path names; the answer holds nothing
   * but what the credentials may see.
   */
  readonly within?: true;
  /** What the organisation's edition must include. */
  readonly feature?: Feature;
  readonly tag: Tag;
  readonly summary: string;
  readonly description: string;
  readonly params?: z.ZodObject;
  /** Strict, so that a misspelt parameter is an error. */
  readonly query?: z.ZodType;
  /** Each change of what exists has one; without one, only what is public ignores the header. */
  readonly ifMatch?: "required" | "optional";
  /** A POST that changes nothing; it takes no Idempotency-Key. */
  readonly readOnly?: true;
  readonly request?: RequestDefinition;
  readonly response: ResponseDefinition;
  /** Those beyond what `commonProblems` adds to each endpoint of this kind. */
  readonly problems: readonly ProblemCode[];
}

export interface RequestDefinition {
  readonly schema: z.ZodType;
  /** An empty body counts as `{}`. */
  readonly optional?: true;
  readonly example: unknown;
}

export interface ResponseDefinition {
  readonly status: 200 | 201;
  readonly description: string;
  readonly schema: z.ZodType;
  /** The answer carries the resource's version as `ETag`; reads then honour If-None-Match. */
  readonly etag?: true;
  /**
   * The body is server-sent events (`text/event-stream`): `schema` is what the data of each holds
   * that is named as the first part of the endpoint's id, and the last one is named `end`.
   */
  readonly stream?: true;
  /** The body is a file, made as it is read, of one of these media types; `schema` is its text. */
  readonly download?: readonly string[];
}

export const TAGS = {
  projects: "Projects hold environments and the catalogue of flags.",
  environments: "Where flags are served: each has its own configuration, revisions and log.",
  catalogue: "What a project's flags are: names, owners, life, risk.",
  flags: "How a flag behaves in one environment.",
  overrides: "Exceptions for support and incidents; they win over rules.",
  segments: "Named groups of units that rules refer to.",
  keys: "SDK keys, with which applications evaluate.",
  "break-glass": "Keys whose commands work while the rest of the platform is down.",
  "signing-keys": "Keys by which an environment's rulesets are signed.",
  history: "Rulesets, changes and the hash-chained log.",
  events: "What events say about flags, and events that could not be counted.",
  organisations: "Who shares an installation, and what each is entitled to.",
  units: "Parts of an organisation, to which teams and projects belong.",
  teams: "People who have grants together.",
  access: "Roles and grants: who may do what, where, and why.",
  people: "Who belongs to the organisation, and who is invited.",
  "service-accounts": "Programs that use the management API.",
  tokens: "With which people's tools and service accounts use the management API.",
  identity: "Who else may say who somebody is: single sign-on and provisioning.",
  privacy: "Personal data: export, erasure, retention, and how strictly the organisation is run.",
  audit: "What was done and refused, and how that is proven.",
  system: "The API itself.",
} as const;
export type Tag = keyof typeof TAGS;

export const mutates = (endpoint: EndpointDefinition): boolean =>
  endpoint.method !== "GET" && endpoint.readOnly !== true;

/** Every POST that changes something can be repeated safely under an Idempotency-Key. */
export const takesIdempotencyKey = (endpoint: EndpointDefinition): boolean =>
  endpoint.method === "POST" && mutates(endpoint);

/** What stands before each handler: sessions, and the organisation's compliance preset. */
function guardProblems(endpoint: EndpointDefinition): readonly ProblemCode[] {
  if (endpoint.scope === "public") return [];
  const ofSessions = ["auth.second-factor-missing", "auth.above-provider"] as const;
  if (endpoint.method === "GET") return ofSessions;
  const ofChanges = ["auth.origin-refused", ...ofSessions] as const;
  return mutates(endpoint) ? [...ofChanges, "reason.required", "compliance.refused"] : ofChanges;
}

/** The problems that an endpoint of this kind can always answer with, and its own. */
export function problemsOf(endpoint: EndpointDefinition): readonly ProblemCode[] {
  const codes = new Set<ProblemCode>(endpoint.problems);
  if (endpoint.request !== undefined) {
    codes.add("request.invalid").add("request.too-large").add("request.media-type");
  }
  if (endpoint.scope !== "public") {
    codes
      .add("request.invalid")
      .add("auth.required")
      .add("auth.scope-missing")
      .add("rate.limited")
      .add("configuration.admin-token")
      .add("configuration.audit-keys");
  }
  if (endpoint.feature !== undefined) codes.add("edition.not-included");
  if (endpoint.scope === "self") codes.add("auth.person-required");
  if (endpoint.scope !== "public" && endpoint.scope !== "self") {
    const path = endpoint.path.split("/");
    if (path.includes(":project")) codes.add("project.not-found");
    if (path.includes(":environment")) codes.add("environment.not-found");
  }
  for (const code of guardProblems(endpoint)) codes.add(code);
  if (endpoint.ifMatch === "required") codes.add("precondition.required");
  if (takesIdempotencyKey(endpoint)) {
    codes.add("idempotency.key-reused").add("idempotency.in-progress");
  }
  return [...codes.add("platform.unavailable").add("internal")].toSorted();
}
