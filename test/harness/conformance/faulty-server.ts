import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Answer } from "../../conformance/ofrep/answer.ts";
import type { OfrepRequest, Send } from "../../conformance/ofrep/client.ts";

/** What is wrong with a server: how it misreads requests, and how it spoils answers. */
export interface Defect {
  readonly request?: (asked: OfrepRequest) => OfrepRequest;
  readonly answer?: (answered: Answer, asked: OfrepRequest) => Answer;
}

/** Sets hop-by-hop headers aside: they belong to each connection. */
const HOP = new Set(["connection", "content-length", "host", "keep-alive", "transfer-encoding"]);

/** A server that is right in all but one thing: it stands in front of one that is right. */
export class FaultyServer {
  defect: Defect = {};
  url = "";
  readonly #upstream: Send;
  readonly #server = createServer((incoming, outgoing) => {
    const chunks: Buffer[] = [];
    incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
    incoming.on("end", () => {
      const pairs = Object.entries(incoming.headers).flatMap(([name, value]) =>
        HOP.has(name) || value === undefined ? [] : [[name, String(value)] as const],
      );
      const body = Buffer.concat(chunks).toString();
      const asked = {
        method: incoming.method ?? "GET",
        path: incoming.url ?? "/",
        headers: Object.fromEntries(pairs),
        ...(incoming.method === "POST" ? { body } : {}),
      };
      this.#answer(asked).then(
        ({ status, headers, text }) => {
          const kept = [...headers].filter(
            ([name]) => !HOP.has(name) && name !== "content-encoding",
          );
          outgoing.writeHead(status, Object.fromEntries(kept));
          outgoing.end(text);
        },
        (error: unknown) => outgoing.destroy(error instanceof Error ? error : undefined),
      );
    });
  });

  constructor(upstream: Send) {
    this.#upstream = upstream;
  }

  async #answer(asked: OfrepRequest): Promise<Answer> {
    const { request, answer } = this.defect;
    const understood = request?.(asked) ?? asked;
    const answered = await this.#upstream(understood);
    return answer?.(answered, asked) ?? answered;
  }

  listen(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.listen(0, "127.0.0.1", () => {
        this.url = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
        resolve();
      });
    });
  }

  close(): Promise<void> {
    this.#server.closeAllConnections();
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }
}
