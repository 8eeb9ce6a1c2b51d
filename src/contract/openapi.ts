import type { UnknownRecord } from "../core/json.ts";
import { TAGS } from "./endpoint.ts";
import { endpoints } from "./endpoints.ts";
import { operation, problemExamples } from "./openapi/operation.ts";
import { apiSchemas } from "./openapi/schemas.ts";
import { PROBLEMS } from "./problems.ts";
import { SCOPES } from "../core/access/scopes.ts";

export interface OpenApiDocument extends UnknownRecord {
  readonly openapi: string;
  readonly paths: UnknownRecord;
}

/** The OpenAPI 3.1 document of the management API, made from the endpoint table. */
export function openApiDocument(): OpenApiDocument {
  const schemas = apiSchemas(endpoints);
  const paths: Record<string, Record<string, UnknownRecord>> = {};
  for (const [id, endpoint] of Object.entries(endpoints)) {
    const path = endpoint.path.replaceAll(/:(\w+)/g, "{$1}");
    (paths[path] ??= {})[endpoint.method.toLowerCase()] = operation(id, endpoint, schemas);
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "Switchyard management API",
      version: "1",
      description:
        "Feature flags on Cloudflare Workers: projects, environments, flags, segments, SDK keys " +
        "and their history. Failures are RFC 9457 problems with a stable `code`.",
      license: { name: "MIT", identifier: "MIT" },
    },
    servers: [{ url: "/" }],
    tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
    paths,
    components: {
      schemas: schemas.components,
      examples: problemExamples(),
      securitySchemes: {
        bearer: {
          type: "http",
          scheme: "bearer",
          description: "A management token, or the installation's ADMIN_TOKEN.",
        },
      },
    },
    "x-switchyard-scopes": SCOPES,
    "x-switchyard-problems": PROBLEMS,
  };
}
