import type { EndpointDefinition } from "../endpoint.ts";
import { HealthResponse, OpenApiResponse } from "../system.ts";

export const systemEndpoints = {
  "system.health": {
    method: "GET",
    path: "/healthz",
    scope: "public",
    tag: "system",
    summary: "Say whether the service works",
    description:
      "Answers 200 while it can serve, 503 when it cannot; `dependencies` names what is down.",
    response: { status: 200, description: "How it is.", schema: HealthResponse },
    problems: [],
  },
  "system.openapi": {
    method: "GET",
    path: "/api/openapi.json",
    scope: "public",
    tag: "system",
    summary: "Read this document",
    description: "OpenAPI 3.1, made from the table that the routes are made from.",
    response: { status: 200, description: "The document.", schema: OpenApiResponse },
    problems: [],
  },
} as const satisfies Record<string, EndpointDefinition>;
