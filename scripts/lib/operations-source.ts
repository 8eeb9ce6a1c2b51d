import { takesIdempotencyKey } from "../../src/contract/endpoint.ts";
import type { EndpointDefinition } from "../../src/contract/endpoint.ts";
import { endpoints } from "../../src/contract/endpoints.ts";

/** The text of `operations.gen.ts`: each endpoint's method, path, and whether it may be repeated. */
export function operationsSource(): string {
  const rows = Object.entries<EndpointDefinition>(endpoints).map(([id, endpoint]) => {
    const { method, path } = endpoint;
    const repeatable = method === "GET" || endpoint.readOnly === true;
    const keyed = takesIdempotencyKey(endpoint);
    const stream = endpoint.response.stream === true ? { stream: true } : {};
    const operation = { method, path, repeatable, keyed, ...stream };
    return `  ${JSON.stringify(id)}: ${JSON.stringify(operation)},`;
  });
  return [
    "// Made by scripts/generate-operations.ts from src/contract/endpoints.ts; do not edit.",
    "export const OPERATIONS = {",
    ...rows,
    "} as const;",
    "",
  ].join("\n");
}
