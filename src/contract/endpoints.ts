import type { z } from "zod";
import type { EndpointDefinition } from "./endpoint.ts";
import { accessEndpoints, grantEndpoints } from "./endpoints/grants.ts";
import { memberEndpoints } from "./endpoints/members.ts";
import { organisationEndpoints } from "./endpoints/organisations.ts";
import { roleEndpoints } from "./endpoints/roles.ts";
import { teamEndpoints } from "./endpoints/teams.ts";
import { unitEndpoints } from "./endpoints/units.ts";
import { auditEndpoints } from "./endpoints/audit.ts";
import { breakGlassKeyEndpoints } from "./endpoints/break-glass-keys.ts";
import { catalogueEndpoints } from "./endpoints/catalogue.ts";
import { deliveryEndpoints } from "./endpoints/delivery.ts";
import { environmentEndpoints } from "./endpoints/environments.ts";
import { eventEndpoints } from "./endpoints/events.ts";
import { flagCommandEndpoints } from "./endpoints/flag-commands.ts";
import { flagEndpoints } from "./endpoints/flags.ts";
import { historyEndpoints } from "./endpoints/history.ts";
import { identityEndpoints } from "./endpoints/identity.ts";
import { keyEndpoints } from "./endpoints/keys.ts";
import { killSwitchEndpoints } from "./endpoints/kill-switch.ts";
import { overrideEndpoints } from "./endpoints/overrides.ts";
import { complianceEndpoints } from "./endpoints/compliance.ts";
import { peopleEndpoints } from "./endpoints/people.ts";
import { privacyEndpoints } from "./endpoints/privacy.ts";
import { projectEndpoints } from "./endpoints/projects.ts";
import { provisioningEndpoints } from "./endpoints/provisioning.ts";
import { segmentEndpoints } from "./endpoints/segments.ts";
import { serviceAccountEndpoints } from "./endpoints/service-accounts.ts";
import { signingKeyEndpoints } from "./endpoints/signing-keys.ts";
import { systemEndpoints } from "./endpoints/system.ts";
import { tokenEndpoints } from "./endpoints/tokens.ts";

/** The management API, whole: the id of each endpoint is its name in code, docs and clients. */
export const endpoints = {
  ...projectEndpoints,
  ...environmentEndpoints,
  ...deliveryEndpoints,
  ...killSwitchEndpoints,
  ...catalogueEndpoints,
  ...flagEndpoints,
  ...flagCommandEndpoints,
  ...overrideEndpoints,
  ...segmentEndpoints,
  ...keyEndpoints,
  ...breakGlassKeyEndpoints,
  ...signingKeyEndpoints,
  ...historyEndpoints,
  ...eventEndpoints,
  ...serviceAccountEndpoints,
  ...tokenEndpoints,
  ...peopleEndpoints,
  ...identityEndpoints,
  ...provisioningEndpoints,
  ...privacyEndpoints,
  ...complianceEndpoints,
  ...auditEndpoints,
  ...organisationEndpoints,
  ...unitEndpoints,
  ...teamEndpoints,
  ...memberEndpoints,
  ...roleEndpoints,
  ...grantEndpoints,
  ...accessEndpoints,
  ...systemEndpoints,
} as const satisfies Record<string, EndpointDefinition>;

export type Endpoints = typeof endpoints;
export type EndpointId = keyof Endpoints;

/** What the endpoint's path names, checked. */
export type ParamsOf<Id extends EndpointId> = Endpoints[Id] extends { params: infer S }
  ? z.output<S>
  : undefined;
/** What a handler gets of the query: defaults are filled in. */
export type QueryOf<Id extends EndpointId> = Endpoints[Id] extends { query: infer S }
  ? z.output<S>
  : undefined;
/** What a handler gets of the body: defaults are filled in. */
export type BodyOf<Id extends EndpointId> = Endpoints[Id] extends { request: { schema: infer S } }
  ? z.output<S>
  : undefined;
/** What a caller sends as the query. */
export type QueryInputOf<Id extends EndpointId> = Endpoints[Id] extends { query: infer S }
  ? z.input<S>
  : never;
/** What a caller sends as the body. */
export type BodyInputOf<Id extends EndpointId> = Endpoints[Id] extends {
  request: { schema: infer S };
}
  ? z.input<S>
  : never;
/** What the endpoint answers with when it succeeds. */
export type ResponseOf<Id extends EndpointId> = z.output<Endpoints[Id]["response"]["schema"]>;
