import { isRecord } from "../../core/json.ts";
import type { UnknownRecord } from "../../core/json.ts";
import { mutates, problemsOf, takesIdempotencyKey } from "../endpoint.ts";
import type { EndpointDefinition } from "../endpoint.ts";
import { PROBLEMS } from "../problems.ts";
import type { ProblemCode } from "../problems.ts";
import { record } from "./schemas.ts";
import type { ApiSchemas } from "./schemas.ts";

/** One endpoint as an OpenAPI operation. */
export function operation(
  id: string,
  endpoint: EndpointDefinition,
  schemas: ApiSchemas,
): UnknownRecord {
  return {
    operationId: id,
    tags: [endpoint.tag],
    summary: endpoint.summary,
    description: endpoint.description,
    ...(endpoint.scope === "public"
      ? { security: [] }
      : { security: [{ bearer: [] }], "x-switchyard-scope": endpoint.scope }),
    parameters: [
      ...parameters("path", schemas.params(id)),
      ...parameters("query", schemas.query(id)),
      ...headerParameters(endpoint),
    ],
    ...(endpoint.request === undefined
      ? {}
      : {
          requestBody: {
            required: endpoint.request.optional !== true,
            content: {
              "application/json": {
                schema: schemas.request(id),
                example: endpoint.request.example,
              },
            },
          },
        }),
    responses: {
      [endpoint.response.status]: success(id, endpoint, schemas),
      ...(answersNotModified(endpoint)
        ? { 304: { description: "Unchanged: If-None-Match names the version that is there." } }
        : {}),
      ...problemResponses(problemsOf(endpoint)),
    },
  };
}

const answersNotModified = (endpoint: EndpointDefinition) =>
  endpoint.method === "GET" && endpoint.response.etag === true;

function parameters(place: "path" | "query", schema: UnknownRecord): UnknownRecord[] {
  const required = Array.isArray(schema["required"]) ? schema["required"] : [];
  return Object.entries(record(schema["properties"])).map(([name, property]) => ({
    name,
    in: place,
    required: place === "path" || required.includes(name),
    ...(isRecord(property) && typeof property["description"] === "string"
      ? { description: property["description"] }
      : {}),
    schema: property,
  }));
}

const header = (name: string, required: boolean, description: string, example: string) => ({
  name,
  in: "header",
  required,
  description,
  schema: { type: "string" },
  example,
});

const text = (description: string) => ({ description, schema: { type: "string" } });

function headerParameters(endpoint: EndpointDefinition): UnknownRecord[] {
  const headers: UnknownRecord[] = [];
  if (endpoint.ifMatch !== undefined) {
    const what = "The ETag that was read; `*` overwrites knowingly, whatever is there.";
    headers.push(header("if-match", endpoint.ifMatch === "required", what, '"3"'));
  }
  if (answersNotModified(endpoint)) {
    headers.push(header("if-none-match", false, "An ETag; 304 when it is still right.", '"3"'));
  }
  if (endpoint.response.stream === true) {
    const what = "The id of the last event that was read; browsers send it by themselves.";
    headers.push(header("last-event-id", false, what, "9f2c7a0be1d34c58"));
  }
  if (takesIdempotencyKey(endpoint)) {
    const what =
      "A name for this request, unique for 24 hours: repeating the request under it gives the " +
      "first answer again, with `idempotency-replayed: true`. A request that failed is done anew.";
    headers.push(header("idempotency-key", false, what, "5f0c2b1e-create-new-checkout"));
  }
  if (mutates(endpoint)) {
    const what = "Why; written into the log. Percent-encoded UTF-8 where it is not ASCII.";
    headers.push(header("x-switchyard-reason", false, what, "Release 2026.10"));
  }
  return headers;
}

function success(id: string, endpoint: EndpointDefinition, schemas: ApiSchemas): UnknownRecord {
  return {
    description: endpoint.response.description,
    headers: {
      "x-request-id": text("Names this request in logs and in the environment's log."),
      ...(endpoint.response.etag === true ? { etag: text("The version, in quotes.") } : {}),
      ...(mutates(endpoint)
        ? { "x-switchyard-revision": text("The environment's newest revision, where one changed.") }
        : {}),
    },
    content: Object.fromEntries(
      mediaTypes(endpoint).map((type) => [type, { schema: schemas.response(id) }]),
    ),
  };
}

function mediaTypes({ response }: EndpointDefinition): readonly string[] {
  return response.download ?? [response.stream === true ? "text/event-stream" : "application/json"];
}

function problemResponses(codes: readonly ProblemCode[]): UnknownRecord {
  const byStatus: Record<number, ProblemCode[]> = {};
  for (const code of codes) (byStatus[PROBLEMS[code].status] ??= []).push(code);
  return Object.fromEntries(
    Object.entries(byStatus).map(([status, group]) => [
      status,
      {
        description: group.map((code) => `\`${code}\`: ${PROBLEMS[code].title}.`).join("\n\n"),
        content: {
          "application/problem+json": {
            schema: { $ref: "#/components/schemas/Problem" },
            examples: Object.fromEntries(
              group.map((code) => [code, { $ref: `#/components/examples/${code}` }]),
            ),
          },
        },
      },
    ]),
  );
}

/** One example per problem code, for `components.examples`. */
export const problemExamples = (): UnknownRecord =>
  Object.fromEntries(
    Object.entries(PROBLEMS).map(([code, { title, status, meaning }]) => [
      code,
      {
        value: {
          type: `/api/docs#problem-${code}`,
          title,
          status,
          detail: meaning,
          code,
          instance: "/api/v1/projects/web-shop",
          requestId: "7f9c24e5-1b1a-4c39-9d0a-8e2f6b7d5c01",
        },
      },
    ]),
  );
