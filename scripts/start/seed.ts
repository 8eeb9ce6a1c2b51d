import { isRecord } from "../../src/core/json.ts";
import type { DevEnvironment, DevJson } from "./dev-json.ts";
import { refusalOf, type Answer, type ManagementApi } from "./management-api.ts";
import { SAMPLE_ENVIRONMENTS, SAMPLE_PROJECT, sampleRequests } from "./samples.ts";

const PROJECT = `/api/v1/projects/${SAMPLE_PROJECT}`;

/**
 * Creates the sample project through the public API and issues its SDK keys. What is there
 * already stays as it is, so a start that was interrupted is finished by the next one.
 *
 * @throws Error with a sentence for the terminal when the API refuses.
 */
export async function seed(
  api: ManagementApi,
  onProgress: (done: number, total: number) => void,
): Promise<DevJson["environments"]> {
  const requests = sampleRequests();
  for (const [index, { path, body }] of requests.entries()) {
    onProgress(index, requests.length);
    const answer = await api.post(path, body);
    if (answer.status !== 201 && !alreadyExists(answer)) throw new Error(refusalOf(path, answer));
  }
  onProgress(requests.length, requests.length);

  const [dev, staging, prod] = await Promise.all(
    SAMPLE_ENVIRONMENTS.map((environment) => openEnvironment(api, environment)),
  );
  if (!dev || !staging || !prod) throw new Error("An environment of the sample data is missing.");
  return { dev, staging, prod };
}

/** True when the environments that an earlier start wrote down are those of this database. */
export async function isSeeded(
  api: ManagementApi,
  known: DevJson["environments"],
): Promise<boolean> {
  for (const environment of SAMPLE_ENVIRONMENTS) {
    const answer = await api.get(`${PROJECT}/environments/${environment}`);
    if (answer.status !== 200 || answer.body["id"] !== known[environment].id) return false;
  }
  return true;
}

async function openEnvironment(api: ManagementApi, environment: string): Promise<DevEnvironment> {
  const path = `${PROJECT}/environments/${environment}`;
  const answer = await api.get(path);
  const id = answer.body["id"];
  if (answer.status !== 200 || typeof id !== "string") throw new Error(refusalOf(path, answer));

  await revokeLostKeys(api, path, environment);
  return {
    id,
    serverKey: await issueKey(api, path, "server", `${environment}-server-key`),
    clientKey: await issueKey(api, path, "client", `${environment}-client-key`),
  };
}

/** Keys whose secret an interrupted start could not write down are of no use to anyone. */
async function revokeLostKeys(
  api: ManagementApi,
  environmentPath: string,
  environment: string,
): Promise<void> {
  const path = `${environmentPath}/keys`;
  const answer = await api.get(`${path}?limit=200`);
  if (answer.status !== 200) throw new Error(refusalOf(path, answer));
  const items: readonly unknown[] = Array.isArray(answer.body["items"]) ? answer.body["items"] : [];
  const ours = [`${environment}-server-key`, `${environment}-client-key`];
  for (const key of items) {
    if (!isRecord(key) || key["revokedAtMs"] !== null) continue;
    const { id, name } = key;
    if (typeof id !== "string" || typeof name !== "string" || !ours.includes(name)) continue;
    const revoke = `${path}/${id}/revoke`;
    const revoked = await api.post(revoke, { reason: "Its secret was lost." });
    if (revoked.status !== 200) throw new Error(refusalOf(revoke, revoked));
  }
}

async function issueKey(
  api: ManagementApi,
  environmentPath: string,
  kind: "server" | "client",
  name: string,
): Promise<string> {
  const path = `${environmentPath}/keys`;
  const answer = await api.post(path, { kind, name });
  const secret = answer.body["secret"];
  if (answer.status !== 201 || typeof secret !== "string") throw new Error(refusalOf(path, answer));
  return secret;
}

function alreadyExists(answer: Answer): boolean {
  return answer.status === 409 && String(answer.body["code"]).endsWith(".already-exists");
}
