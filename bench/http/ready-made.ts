import { Log, LogLevel, Miniflare } from "miniflare";

export interface ReadyMade {
  readonly url: string;
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** Reads the request as far as an evaluation must and answers the same bytes every time. */
const HANDLER = `
import ANSWER from "answer.bin";
import HEADERS from "headers.json";
export default {
  async fetch(request) {
    if (request.headers.get("authorization") === null) return new Response(null, { status: 401 });
    const text = await request.text();
    if (text === "") return new Response(null, { status: 400 });
    return new Response(ANSWER, { headers: HEADERS });
  },
};`;

/** What the product is compared with: the same runtime, socket, request and answer, and no work. */
export async function startReadyMade(answer: Response): Promise<ReadyMade> {
  const bytes = new Uint8Array(await answer.arrayBuffer());
  const headers = Object.fromEntries(
    [...answer.headers].filter(([name]) => !["content-length", "date"].includes(name)),
  );
  const start = async (port: number) => {
    const runtime = new Miniflare({
      host: "127.0.0.1",
      port: 0,
      cf: false,
      logRequests: false,
      log: new Log(LogLevel.ERROR),
      workers: [
        {
          config: {
            name: "ready-made",
            compatibilityDate: "2026-10-20",
            manifest: {
              mainModule: "index.js",
              modules: {
                "index.js": { type: "esm", contents: HANDLER },
                "answer.bin": { type: "data", contents: bytes },
                "headers.json": { type: "json", contents: JSON.stringify(headers) },
              },
            },
            env: {},
          },
          dev: { unsafeDirectSockets: [{ host: "127.0.0.1", port }] },
        },
      ],
    });
    await runtime.ready;
    return runtime;
  };
  let runtime = await start(0);
  const { origin, port } = await runtime.unsafeGetDirectURL();
  return {
    url: origin,
    restart: async () => {
      await runtime.dispose();
      runtime = await start(Number(port));
    },
    stop: () => runtime.dispose(),
  };
}
