import { readFileSync, readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { operationsSource } from "../../../scripts/lib/operations-source.ts";
import { identityProblems } from "../../../src/contract/identity-problems.ts";
import { PROBLEMS } from "../../../src/contract/problems.ts";
import { mutates, problemsOf } from "../../../src/contract/endpoint.ts";
import type { EndpointDefinition } from "../../../src/contract/endpoint.ts";
import { endpoints } from "../../../src/contract/endpoints.ts";
import { openApiDocument } from "../../../src/contract/openapi.ts";

const rows = Object.entries<EndpointDefinition>(endpoints).map(([id, row]) => ({ id, ...row }));
const FOLDER = `${import.meta.dirname}/../../../src/contract/endpoints`;
const parts: readonly object[] = (
  await Promise.all(readdirSync(FOLDER).map((file) => import(`${FOLDER}/${file}`)))
).flatMap((module: object) => Object.values(module));
const document = openApiDocument() as any;

/** What makes something new, of which nobody can have seen a version. */
const CREATE = [
  "audit.checkpoint",
  "break-glass-keys.issue",
  "catalogue.create",
  "environments.create",
  "flags.create",
  "grants.create",
  "identity.create",
  "invitations.create",
  "keys.issue",
  "my-tokens.issue",
  "organisations.create",
  "people.first-owner-link",
  "privacy-requests.create",
  "projects.create",
  "provisioning.issue",
  "roles.create",
  "segments.create",
  "service-accounts.create",
  "service-tokens.issue",
  "signing-keys.rotate",
  "teams.create",
  "units.create",
];

/** What is as it came until it is gone, so that it has no version. */
const NEVER_EDITED = [
  "audit.prune",
  "audit.rekey",
  "dead-letters.delete",
  "dead-letters.redeliver",
  "grants.delete",
  "invitations.cancel",
  "members.change-role",
  "members.remove",
  "people.end-sessions",
  "privacy-requests.run",
  "teams.add-person",
  "teams.remove-person",
];

describe("the endpoint table", () => {
  it("loses no row when its parts are put together", () => {
    expect(rows).toHaveLength(parts.reduce((sum, part) => sum + Object.keys(part).length, 0));
  });

  it("has each method and path once", () => {
    const places = rows.map(({ method, path }) => `${method} ${path}`);
    expect(new Set(places).size).toBe(places.length);
  });

  it.each(rows)("$id checks exactly the parameters that its path names", ({ path, params }) => {
    const named = [...path.matchAll(/:(\w+)/g)].map(([, name = ""]) => name);
    expect(Object.keys(params?.shape ?? {}).toSorted()).toEqual(named.toSorted());
  });

  it.each(rows.filter(({ request }) => request !== undefined))(
    "$id accepts its own example",
    ({ request }) => {
      expect(request?.schema.safeParse(request.example).error).toBeUndefined();
    },
  );

  it.each(rows.filter(({ method }) => method === "PATCH"))(
    "$id keeps what is absent, refuses to change nothing, and demands If-Match",
    ({ request, ifMatch }) => {
      expect(request?.schema.safeParse({}).success).toBe(false);
      expect(ifMatch).toBe("required");
    },
  );

  it.each(rows.filter((row) => mutates(row) && row.request !== undefined))(
    "$id refuses a field it does not know",
    ({ request }) => {
      const example = { ...(request?.example as object), surprise: 1 };
      const result = request?.schema.safeParse(example);
      expect(result?.error?.issues[0]?.message).toContain('"surprise"');
    },
  );

  it("uses each problem that is documented", () => {
    const used = new Set(rows.flatMap(problemsOf));
    // The ways to sign in are beside the table, at /api/auth.
    const elsewhere = [
      "route.not-found",
      "route.method-not-allowed",
      "sign-in.no-provider",
      "sign-in.provider-unreachable",
      ...Object.keys(identityProblems),
    ];
    const unused = Object.keys(PROBLEMS).filter(
      (code) => !used.has(code as never) && !elsewhere.includes(code),
    );
    expect(unused).toEqual([]);
  });

  it("documents no problem that no test has met", () => {
    const tests = ["workers", "harness"].flatMap((name) => {
      const folder = `${import.meta.dirname}/../../${name}`;
      return readdirSync(folder, { recursive: true, encoding: "utf8" })
        .filter((file) => file.endsWith(".test.ts"))
        .map((file) => readFileSync(`${folder}/${file}`, "utf8"));
    });
    const met = (code: string) => tests.some((text) => text.includes(`"${code}"`));
    expect(Object.keys(PROBLEMS).filter((code) => !met(code))).toEqual([]);
  });

  it("takes If-Match for each change of what exists", () => {
    const without = rows.filter((row) => mutates(row) && row.ifMatch === undefined);
    const known = [...CREATE, ...NEVER_EDITED];
    expect(without.map(({ id }) => id).filter((id) => !known.includes(id))).toEqual([]);
  });

  it.each(rows.filter(({ ifMatch }) => ifMatch !== undefined))(
    "$id, which compares versions, gives one and names the conflict",
    ({ id, response, problems }) => {
      expect(problems.some((code) => /version-conflict$|^revision.conflict$/.test(code))).toBe(
        true,
      );
      expect(response.etag === true || id.endsWith(".delete")).toBe(true);
    },
  );
});

describe("what is made from the table", () => {
  it("the admin client's operations are up to date", () => {
    const file = `${import.meta.dirname}/../../../src/sdk/admin/operations.gen.ts`;
    // When this fails: node scripts/generate-operations.ts
    expect(readFileSync(file, "utf8")).toBe(operationsSource());
  });

  it.each(rows)("$id is in the OpenAPI document with its problems", (row) => {
    const path = row.path.replaceAll(/:(\w+)/g, "{$1}");
    const operation = document.paths[path][row.method.toLowerCase()];
    expect(operation.operationId).toBe(row.id);
    const codes = Object.values<any>(operation.responses).flatMap((response) =>
      Object.keys(response.content?.["application/problem+json"]?.examples ?? {}),
    );
    expect(codes.toSorted()).toEqual(problemsOf(row).toSorted());
  });

  it("conditions refer to themselves in the OpenAPI document", () => {
    const { schemas } = document["components"];
    expect(JSON.stringify(schemas.Condition)).toContain("#/components/schemas/Condition");
  });
});
