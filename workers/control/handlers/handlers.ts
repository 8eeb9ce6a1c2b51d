import { catalogueHandlers } from "./catalogue.ts";
import { environmentHandlers } from "./environments.ts";
import { flagHandlers } from "./flags.ts";
import type { Handlers } from "./handler.ts";
import { historyHandlers } from "./history.ts";
import { keyHandlers } from "./keys.ts";
import { overrideHandlers } from "./overrides.ts";
import { projectHandlers } from "./projects.ts";
import { segmentHandlers } from "./segments.ts";
import { systemHandlers } from "./system.ts";

export const handlers: Handlers = {
  ...projectHandlers,
  ...environmentHandlers,
  ...catalogueHandlers,
  ...flagHandlers,
  ...overrideHandlers,
  ...segmentHandlers,
  ...keyHandlers,
  ...historyHandlers,
  ...systemHandlers,
};
