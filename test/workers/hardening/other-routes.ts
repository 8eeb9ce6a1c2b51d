import { inspectRoutes } from "hono/dev";
import { endpoints } from "../../../src/contract/endpoints.ts";
import { createControl } from "../../../workers/control/app.ts";
import { sources } from "../control/an-app.ts";

const inTable = new Set<string>(Object.values(endpoints).map(({ path }) => path));

/** The routes of the control Worker that are not in the endpoint table, as registered. */
export const otherRoutes = inspectRoutes(
  createControl({ ...sources, newRequestId: () => crypto.randomUUID(), log: () => {} }),
)
  .filter(({ isMiddleware, path }) => !isMiddleware && !inTable.has(path))
  .map(({ method, path }) => ({ method, path }));
