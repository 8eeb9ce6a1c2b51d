import { isRecord, type UnknownRecord } from "../../src/core/json.ts";

/** The management API as scripts need it: send a body, get the answer or a readable failure. */
export interface ManagementApi {
  get(path: string): Promise<Answer>;
  post(path: string, body: unknown): Promise<Answer>;
}

export interface Answer {
  readonly status: number;
  readonly body: UnknownRecord;
}

export function createManagementApi(url: string, adminToken: string): ManagementApi {
  const send = async (method: string, path: string, body?: unknown): Promise<Answer> => {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: { authorization: `Bearer ${adminToken}`, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: parseObject(text) };
  };
  return {
    get: (path) => send("GET", path),
    post: (path, body) => send("POST", path, body),
  };
}

/** What a refusal says, in one line for a person. */
export function refusalOf(path: string, answer: Answer): string {
  const { detail, title, errors } = answer.body;
  const said = [detail, title].find((text) => typeof text === "string") ?? "no reason given";
  const places = Array.isArray(errors) ? ` ${JSON.stringify(errors)}` : "";
  return `${path} answered ${answer.status}: ${said}${places}`;
}

function parseObject(text: string): UnknownRecord {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : {};
  } catch {
    return { detail: text.slice(0, 200) };
  }
}
