import { randomBytes } from "node:crypto";
import { isRecord, type UnknownRecord } from "../../../../src/core/json.ts";
import { itemsOf } from "../answer.ts";
import { OfrepClient, sendTo } from "../client.ts";
import { SEED } from "../seed.ts";
import { settled, type Target } from "../target.ts";
import { flagRequest } from "./flag-request.ts";

export interface Installation {
  /** Where flags are evaluated. */
  readonly url: string;
  /** Where the management API is. */
  readonly adminUrl: string;
  readonly adminToken: string;
  /** Created if it is not there; every run makes environments and flags of its own in it. */
  readonly project: string;
  readonly settleMs: number;
}

/** Seeds a Switchyard through its management API, and waits until the seed is served. */
export async function seedSwitchyard(installation: Installation): Promise<Target> {
  const { url, project: key, settleMs } = installation;
  const run = randomBytes(4).toString("hex");
  const [first, second, prefix] = [`run-${run}`, `run-${run}-other`, `run-${run}-`];
  const project = `/api/v1/projects/${key}`;
  const call = caller(installation);

  await call("POST", "/api/v1/projects", { key }, [409]);
  for (const environment of [first, second]) {
    await call("POST", `${project}/environments`, { key: environment });
  }
  for (const flag of SEED) {
    await call("POST", `${project}/flags`, flagRequest(flag, prefix, first, second));
  }
  const issue = async (environment: string, kind: string) => {
    const body = { kind, name: `conformance ${kind}` };
    const issued = await call("POST", `${project}/environments/${environment}/keys`, body);
    return { id: textIn(issued, "id"), key: textIn(issued, "secret") };
  };
  const { key: serverKey } = await issue(first, "server");
  const delivery = `${project}/environments/${first}/delivery`;
  const target: Target = {
    url,
    client: new OfrepClient(sendTo(url), serverKey),
    serverKey,
    clientKey: (await issue(first, "client")).key,
    otherKey: (await issue(second, "server")).key,
    prefix,
    settleMs,
    changes: {
      async serve(flag, variation) {
        const path = `${project}/environments/${first}/flags/${prefix}${flag}`;
        await call("PATCH", path, { default: { variation } });
      },
      async requestLimit() {
        const { requestsPerSecond: limit } = await call("GET", delivery);
        if (limit === null || typeof limit === "number") return limit;
        throw new Error(`${JSON.stringify(limit)} is no limit of requests`);
      },
      async limitRequests(requestsPerSecond) {
        await call("PATCH", delivery, { requestsPerSecond });
      },
      async issueServerKey() {
        const { id, key } = await issue(first, "server");
        const path = `${project}/environments/${first}/keys/${id}/revoke`;
        return { key, revoke: async () => void (await call("POST", path, {})) };
      },
    },
  };
  await served(target);
  return target;
}

async function served(target: Target): Promise<void> {
  const answer = await settled(
    target,
    () => target.client.bulk(),
    (bulk) => itemsOf(bulk).length === SEED.length,
  );
  const count = itemsOf(answer).length;
  if (count === SEED.length) return;
  throw new Error(
    `${count} of ${SEED.length} seeded flags are served after ${target.settleMs} ms: ${answer.status} ${answer.text.slice(0, 200)}`,
  );
}

type Call = (
  method: string,
  path: string,
  body?: object,
  alsoFine?: readonly number[],
) => Promise<UnknownRecord>;

function caller({ adminUrl, adminToken }: Installation): Call {
  return async (method, path, body, alsoFine = []) => {
    const init = {
      method,
      headers: {
        authorization: `Bearer ${adminToken}`,
        "content-type": "application/json",
        ...(method === "PATCH" ? { "if-match": "*" } : {}),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    };
    const response = await fetch(`${adminUrl.replace(/\/+$/, "")}${path}`, init);
    const text = await response.text();
    if (!response.ok && !alsoFine.includes(response.status)) {
      throw new Error(`${method} ${path} answered ${response.status}: ${text.slice(0, 500)}`);
    }
    const answer: unknown = text === "" ? {} : JSON.parse(text);
    return isRecord(answer) ? answer : {};
  };
}

function textIn(body: UnknownRecord, name: string): string {
  const value = body[name];
  if (typeof value !== "string") throw new Error(`there is no ${name} in ${JSON.stringify(body)}`);
  return value;
}
