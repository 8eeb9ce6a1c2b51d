import { relative } from "node:path";
import type { DevJson } from "./dev-json.ts";
import { SHOWN_FLAG } from "./first-request.ts";

/** What a person needs first: where it is, with what to ask, one request, one change. */
export function announcement(dev: DevJson, user: string, devJsonFile: string): string {
  const { prod } = dev.environments;
  const flag = `${dev.url}/api/v1/projects/${dev.project}/environments/prod/flags/${SHOWN_FLAG}`;
  const context = JSON.stringify({ context: { targetingKey: user, customer_tier: "premium" } });
  const kill = JSON.stringify({ variation: "legacy", reason: "Trying the kill switch" });
  const json = `-H 'Content-Type: application/json'`;
  return `
Switchyard is ready at ${dev.url}

  server key   ${prod.serverKey}
  client key   ${prod.clientKey}
  admin token  ${dev.adminToken}
  API docs     ${dev.url}/api/docs

Evaluate a flag in prod:

curl -s ${dev.url}/ofrep/v1/evaluate/flags/${SHOWN_FLAG} \\
  -H 'Authorization: Bearer ${prod.serverKey}' ${json} \\
  -d '${context}'

Stop it for everyone (undo: /unkill with -d '{}'), then evaluate again:

curl -s ${flag}/kill \\
  -H 'Authorization: Bearer ${dev.adminToken}' ${json} \\
  -d '${kill}'

All keys: ${shown(devJsonFile)}   Stop: Ctrl-C
`;
}

function shown(file: string): string {
  const short = relative(process.cwd(), file);
  return short.startsWith("..") ? file : short;
}
