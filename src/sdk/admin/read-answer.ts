import type { ProblemResponse } from "../../contract/problem.ts";
import type { Answer, LocalProblem } from "./answer.ts";
import { readEvents } from "./read-events.ts";

/** What a response of the API says. Anything else is recognised and named. */
export async function readAnswer(response: Response): Promise<Answer<unknown>> {
  const body = await bodyOf(response);
  if (!response.ok) {
    const problem = isProblem(body) ? body : notTheApi(response);
    return { ok: false, problem };
  }
  if (body === undefined) return { ok: false, problem: notTheApi(response) };
  const revision = response.headers.get("x-switchyard-revision");
  return {
    ok: true,
    value: body,
    status: response.status,
    etag: response.headers.get("etag"),
    revision: revision === null ? null : Number(revision),
    replayed: response.headers.get("idempotency-replayed") === "true",
  };
}

/** Events where there is a stream of them, and the text where there is a file. */
async function bodyOf(response: Response): Promise<unknown> {
  const isStream = response.headers.get("content-type") === "text/event-stream";
  if (isStream && response.body !== null) return readEvents(response.body);
  const isFile = response.headers.get("content-disposition")?.startsWith("attachment") === true;
  return isFile ? response.text() : readJson(response);
}

/** `undefined`: it is not JSON. */
async function readJson(response: Response): Promise<unknown> {
  const text = await response.text();
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isProblem(body: unknown): body is ProblemResponse {
  if (typeof body !== "object" || body === null) return false;
  return "code" in body && typeof body.code === "string" && "detail" in body;
}

function notTheApi({ status, url }: Response): LocalProblem<"client.not-the-api"> {
  return {
    code: "client.not-the-api",
    status,
    title: "Something else answered",
    detail:
      `${url} answered ${status} with a body that is not this API's. Check that baseUrl is the ` +
      "address of a Switchyard installation, and whether a proxy stands in between.",
  };
}

export function networkProblem(url: string, cause: unknown): LocalProblem<"client.network"> {
  const why = cause instanceof Error ? innermost(cause).message || cause.name : String(cause);
  return {
    code: "client.network",
    status: 0,
    title: "No answer",
    detail: `${url} could not be reached: ${why}. Check baseUrl and the network, then try again.`,
  };
}

/** `fetch` says "fetch failed" and keeps the reason, such as a refused connection, in `cause`. */
function innermost(error: Error): Error {
  let at = error;
  while (at.cause instanceof Error) at = at.cause;
  return at;
}
