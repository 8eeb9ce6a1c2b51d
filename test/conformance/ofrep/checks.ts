import type { Check } from "./check.ts";
import { accessChecks } from "./checks/access.ts";
import { bulkChecks } from "./checks/bulk.ts";
import { eventStreamChecks } from "./checks/event-streams.ts";
import { officialClientChecks } from "./checks/official-clients.ts";
import { schemaChecks } from "./checks/official-schema.ts";
import { reachChecks } from "./checks/reach.ts";
import { reasonChecks } from "./checks/reasons.ts";
import { requestChecks } from "./checks/requests.ts";
import { troubleChecks } from "./checks/trouble.ts";
import { valueChecks } from "./checks/values.ts";

const asked = [
  ...valueChecks,
  ...requestChecks,
  ...reasonChecks,
  ...accessChecks,
  ...bulkChecks,
  ...reachChecks,
  ...eventStreamChecks,
];

/** By id; those that look back on all answers run when all others have asked. */
export const CHECKS: readonly Check[] = [
  ...asked,
  ...troubleChecks,
  ...schemaChecks,
  ...officialClientChecks,
];
