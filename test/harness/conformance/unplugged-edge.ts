import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { environmentId } from "../../../src/core/brand.ts";
import { formatSdkKey } from "../../../src/core/keys/sdk-key.ts";
import { createEdge } from "../../../workers/edge/app.ts";
import type { EdgeEnv } from "../../../workers/edge/edge-env.ts";

const unplugged = () => {
  throw new Error("unplugged");
};

/** The edge as it is deployed, in a place where nothing that it asks answers. */
export async function startUnpluggedEdge() {
  const env = {
    ENVIRONMENTS: { getByName: unplugged },
    CONFIG: { get: unplugged, getWithMetadata: unplugged },
  } as unknown as EdgeEnv;
  const edge = createEdge({ log: () => {}, queueOf: () => ({ send: unplugged }) });
  const server = createServer(async (incoming, outgoing) => {
    const body = await text(incoming);
    const request = new Request(`http://edge.test${incoming.url}`, {
      method: incoming.method ?? "GET",
      headers: Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]),
      body,
    });
    const answer = await edge.fetch(request, env, { waitUntil: () => {} });
    outgoing.writeHead(answer.status, Object.fromEntries(answer.headers));
    outgoing.end(await answer.text());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    key: formatSdkKey("server", environmentId("unpluggedplace00"), new Uint8Array(64).fill(7)),
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}
