import { breakGlassKeyHandlers } from "./break-glass-keys.ts";
import { catalogueHandlers } from "./catalogue.ts";
import { deadLetterHandlers } from "./dead-letters.ts";
import { environmentHandlers } from "./environments.ts";
import { flagHandlers } from "./flags.ts";
import type { Handlers } from "./handler.ts";
import { historyHandlers } from "./history.ts";
import { keyHandlers } from "./keys.ts";
import { overrideHandlers } from "./overrides.ts";
import { projectHandlers } from "./projects.ts";
import { segmentHandlers } from "./segments.ts";
import { systemHandlers } from "./system.ts";
import { usageHandlers } from "./usage.ts";

export const handlers: Handlers = {
  ...projectHandlers,
  ...environmentHandlers,
  ...catalogueHandlers,
  ...flagHandlers,
  ...overrideHandlers,
  ...segmentHandlers,
  ...keyHandlers,
  ...breakGlassKeyHandlers,
  ...historyHandlers,
  ...usageHandlers,
  ...deadLetterHandlers,
  ...systemHandlers,
};
