import { isRecord } from "../../../src/core/json.ts";
import type { UnknownRecord } from "../../../src/core/json.ts";
import type { Auth } from "../../../src/adapters/auth/create-auth.ts";
import { libraryProblem } from "./library-problem.ts";

export interface Asked {
  /** Below `/api/auth`. */
  readonly path: string;
  readonly body: UnknownRecord;
  /** The request that asks: its address and headers go on. */
  readonly request: Request;
  readonly requestId: string;
}

export interface Said {
  readonly body: UnknownRecord;
  readonly cookies: readonly string[];
}

/** Asks the library as over HTTP. Throws its refusal as a `ProblemError`. */
export async function askLibrary({ path, body, request, requestId }: Asked, auth: Auth) {
  const headers = new Headers(request.headers);
  headers.set("content-type", "application/json");
  // By this name, what the library's hooks record finds the request.
  headers.set("x-request-id", requestId);
  headers.delete("content-length");
  const url = new URL(`/api/auth${path}`, request.url);
  const answer = await auth.library.handler(
    new Request(url, { method: "POST", headers, body: JSON.stringify(body) }),
  );
  const said: unknown = await answer.json().catch(() => null);
  if (!answer.ok) throw libraryProblem(answer.status, said);
  return {
    body: isRecord(said) ? said : {},
    cookies: answer.headers.getSetCookie(),
  } satisfies Said;
}

/** What is told about it: never kept by anyone in between. */
export function identityAnswer(body: UnknownRecord, cookies: readonly string[] = []): Response {
  const headers = new Headers({
    "content-type": "application/json",
    "cache-control": "no-store",
  });
  for (const cookie of cookies) headers.append("set-cookie", cookie);
  return new Response(JSON.stringify(body), { headers });
}
