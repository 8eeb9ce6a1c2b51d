import type { Hono } from "hono";
import type { EndpointDefinition } from "../../../src/contract/endpoint.ts";
import type { AppEnv } from "./app-env.ts";
import { ProblemError } from "./problem.ts";
import type { RouteDeps } from "./register.ts";

/** Says which methods a path of the table has, to OPTIONS and to those who used another. */
export function registerOtherMethods(
  app: Hono<AppEnv>,
  endpoints: Readonly<Record<string, EndpointDefinition>>,
  { authenticate, services }: Pick<RouteDeps, "authenticate" | "services">,
): void {
  for (const [path, rows] of byPath(endpoints)) {
    const methods = rows.map(({ method }) => method);
    const allow = [...methods, ...(methods.includes("GET") ? ["HEAD"] : []), "OPTIONS"].join(", ");
    app.all(path, async (c) => {
      if (c.req.method === "OPTIONS")
        return new Response(null, { status: 204, headers: { allow } });
      if (rows.every(({ scope }) => scope !== "public")) {
        await authenticate(c.req.raw, c.env, services(c.env));
      }
      throw new ProblemError("route.method-not-allowed", {
        detail: `${c.req.method} is not possible here; ${allow} are.`,
        headers: { allow },
      });
    });
  }
}

function byPath(
  endpoints: Readonly<Record<string, EndpointDefinition>>,
): Map<string, EndpointDefinition[]> {
  const paths = new Map<string, EndpointDefinition[]>();
  for (const endpoint of Object.values(endpoints)) {
    const rows = paths.get(endpoint.path);
    if (rows === undefined) paths.set(endpoint.path, [endpoint]);
    else rows.push(endpoint);
  }
  return paths;
}
