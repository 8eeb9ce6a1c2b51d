import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";

/** A wire between clients and a server, which keeps its address while the server has many. */
export interface CuttableProxy {
  readonly url: string;
  /** Where connections lead to from now on; `null`: nowhere, they are refused at once. */
  target: string | null;
  /** Ends connections in the middle of whatever they carry: as many of them, or all. */
  cut(most?: number): void;
  close(): Promise<void>;
}

export async function startCuttableProxy(): Promise<CuttableProxy> {
  const open = new Set<Socket>();
  const server = createServer((near) => {
    near.on("error", () => {});
    if (proxy.target === null) {
      near.destroy();
      return;
    }
    const { hostname, port } = new URL(proxy.target);
    const far = connect(Number(port), hostname);
    far.on("error", () => {});
    const end = () => {
      open.delete(near);
      near.destroy();
      far.destroy();
    };
    near.on("close", end);
    far.on("close", end);
    open.add(near);
    near.pipe(far).pipe(near);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" ? address?.port : 0;
  const cut = (most = Number.POSITIVE_INFINITY) => {
    for (const socket of [...open].slice(0, most)) socket.resetAndDestroy();
  };
  const proxy: CuttableProxy = {
    url: `http://127.0.0.1:${port}`,
    target: null,
    cut,
    close: async () => {
      cut();
      server.close();
      await once(server, "close");
    },
  };
  return proxy;
}
