import { openApiDocument } from "../../../src/contract/openapi.ts";
import type { HandlersOf } from "./handler.ts";

let document: ReturnType<typeof openApiDocument> | undefined;

export const systemHandlers: HandlersOf<"system"> = {
  "system.health": async (_call, { catalogueIsThere }) => {
    const catalogue = (await catalogueIsThere()) ? "ok" : "down";
    const status = catalogue === "ok" ? "ok" : "degraded";
    return { body: { status, service: "switchyard-control", dependencies: { catalogue } } };
  },

  "system.openapi": () => {
    document ??= openApiDocument();
    return Promise.resolve({ body: document });
  },
};
