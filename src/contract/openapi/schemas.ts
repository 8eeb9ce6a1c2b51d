import { z } from "zod";
import { isRecord } from "../../core/json.ts";
import type { UnknownRecord } from "../../core/json.ts";
import type { EndpointDefinition } from "../endpoint.ts";
import { ProblemResponse } from "../problem.ts";

/** The JSON Schemas of all endpoints: named ones once, referred to from everywhere. */
export interface ApiSchemas {
  readonly components: UnknownRecord;
  request(id: string): UnknownRecord;
  response(id: string): UnknownRecord;
  params(id: string): UnknownRecord;
  query(id: string): UnknownRecord;
}

/**
 * All schemas are converted in one go, as members of one object, so that equal names are one
 * component and recursive ones (conditions) refer to themselves.
 */
export function apiSchemas(endpoints: Readonly<Record<string, EndpointDefinition>>): ApiSchemas {
  const all: Record<string, z.ZodType> = { problem: ProblemResponse };
  for (const [id, endpoint] of Object.entries(endpoints)) {
    all[`${id} response`] = endpoint.response.schema;
    if (endpoint.request !== undefined) all[`${id} request`] = endpoint.request.schema;
    if (endpoint.params !== undefined) all[`${id} params`] = endpoint.params;
    if (endpoint.query !== undefined) all[`${id} query`] = endpoint.query;
  }
  const converted = inComponents(
    // What a sender may leave out is optional in the document, so everything is an input.
    z.toJSONSchema(z.object(all), { io: "input", unrepresentable: "any" }),
  );
  const properties = record(converted["properties"]);
  const find = (id: string, part: string) => record(properties[`${id} ${part}`]);
  return {
    components: record(converted["$defs"]),
    request: (id) => find(id, "request"),
    response: (id) => find(id, "response"),
    params: (id) => find(id, "params"),
    query: (id) => find(id, "query"),
  };
}

/** JSON Schema keeps definitions in `$defs`; OpenAPI looks for them in its components. */
function inComponents(schema: unknown): UnknownRecord {
  const text = JSON.stringify(schema).replaceAll('"#/$defs/', '"#/components/schemas/');
  return record(JSON.parse(text));
}

/** What a member that is an object holds; an absent one holds nothing. */
export const record = (value: unknown): UnknownRecord => (isRecord(value) ? value : {});
