import { breakGlassKeyHandlers } from "./break-glass-keys.ts";
import { catalogueHandlers } from "./catalogue.ts";
import { deadLetterHandlers } from "./dead-letters.ts";
import { deliveryHandlers } from "./delivery.ts";
import { environmentHandlers } from "./environments.ts";
import { flagHandlers } from "./flags.ts";
import type { Handlers } from "./handler.ts";
import { historyHandlers } from "./history.ts";
import { keyHandlers } from "./keys.ts";
import { overrideHandlers } from "./overrides.ts";
import { projectHandlers } from "./projects.ts";
import { propagationHandlers } from "./propagation.ts";
import { segmentHandlers } from "./segments.ts";
import { signingKeyHandlers } from "./signing-keys.ts";
import { systemHandlers } from "./system.ts";
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
  ...systemHandlers,
};
