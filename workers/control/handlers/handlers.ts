import { accessHandlers } from "./access.ts";
import { grantHandlers } from "./grants.ts";
import { memberHandlers } from "./members.ts";
import { organisationHandlers } from "./organisations.ts";
import { roleHandlers } from "./roles.ts";
import { teamHandlers } from "./teams.ts";
import { unitHandlers } from "./units.ts";
import { auditHandlers } from "./audit.ts";
import { breakGlassKeyHandlers } from "./break-glass-keys.ts";
import { catalogueHandlers } from "./catalogue.ts";
import { complianceHandlers } from "./compliance.ts";
import { deadLetterHandlers } from "./dead-letters.ts";
import { deliveryHandlers } from "./delivery.ts";
import { environmentHandlers } from "./environments.ts";
import { flagHandlers } from "./flags.ts";
import type { Handlers } from "./handler.ts";
import { historyHandlers } from "./history.ts";
import { identityHandlers } from "./identity.ts";
import { keyHandlers } from "./keys.ts";
import { overrideHandlers } from "./overrides.ts";
import { invitationHandlers, peopleHandlers } from "./people.ts";
import { privacyRequestHandlers, privacySettingsHandlers } from "./privacy.ts";
import { projectHandlers } from "./projects.ts";
import { propagationHandlers } from "./propagation.ts";
import { provisioningHandlers } from "./provisioning.ts";
import { segmentHandlers } from "./segments.ts";
import { serviceAccountHandlers } from "./service-accounts.ts";
import { signingKeyHandlers } from "./signing-keys.ts";
import { systemHandlers } from "./system.ts";
import { tokenHandlers } from "./tokens.ts";
import { usageHandlers } from "./usage.ts";

export const handlers: Handlers = {
  ...projectHandlers,
  ...environmentHandlers,
  ...deliveryHandlers,
  ...catalogueHandlers,
  ...flagHandlers,
  ...overrideHandlers,
  ...segmentHandlers,
  ...keyHandlers,
  ...breakGlassKeyHandlers,
  ...signingKeyHandlers,
  ...historyHandlers,
  ...propagationHandlers,
  ...usageHandlers,
  ...deadLetterHandlers,
  ...serviceAccountHandlers,
  ...tokenHandlers,
  ...peopleHandlers,
  ...invitationHandlers,
  ...identityHandlers,
  ...provisioningHandlers,
  ...privacyRequestHandlers,
  ...privacySettingsHandlers,
  ...complianceHandlers,
  ...auditHandlers,
  ...organisationHandlers,
  ...unitHandlers,
  ...teamHandlers,
  ...memberHandlers,
  ...roleHandlers,
  ...grantHandlers,
  ...accessHandlers,
  ...systemHandlers,
};
