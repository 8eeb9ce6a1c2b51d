import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Answer } from "../../conformance/ofrep/answer.ts";
import { type OfrepRequest, type Send, sendTo } from "../../conformance/ofrep/client.ts";

/** What is wrong with a server: how it misreads requests, and how it spoils answers. */
export interface Defect {
  readonly request?: (asked: OfrepRequest) => OfrepRequest;
  readonly answer?: (answered: Answer, asked: OfrepRequest) => Answer;
  readonly stream?: StreamDefect;
}

export interface StreamDefect {
  readonly type?: string;
  /**
   * What becomes of a piece of a stream, an event or a comment, without the empty line after it; `index` is
   * 0 for the first. `null`: nothing.
   */
  readonly piece?: (
    piece: string,
    index: number,
    asked: OfrepRequest,
  ) => string | null | Promise<string | null>;
}

/** Sets hop-by-hop headers aside: they belong to each connection. */
const HOP = new Set(["connection", "content-length", "host", "keep-alive", "transfer-encoding"]);

/** A server that is right in all but one thing: it stands in front of one that is right. */
export class FaultyServer {
  defect: Defect = {};
  url = "";
  readonly #origin: string;
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
      if (asked.path.includes("/stream?")) {
        this.#stream(asked, outgoing).catch(() => outgoing.destroy());
        return;
      }
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

  constructor(origin: string) {
    this.#origin = origin;
    this.#upstream = sendTo(origin);
  }

  async #answer(asked: OfrepRequest): Promise<Answer> {
    const { request, answer } = this.defect;
    const understood = request?.(asked) ?? asked;
    const upstream = await this.#upstream(understood);
    // Its streams are to come through here too.
    const text = upstream.text.replaceAll(`"url":"${this.#origin}/`, `"url":"${this.url}/`);
    const answered = { ...upstream, text };
    return answer?.(answered, asked) ?? answered;
  }

  async #stream(asked: OfrepRequest, outgoing: ServerResponse): Promise<void> {
    const { request, stream } = this.defect;
    const { path, headers } = request?.(asked) ?? asked;
    const leaving = new AbortController();
    outgoing.on("close", () => leaving.abort());
    const response = await fetch(`${this.#origin}${path}`, { headers, signal: leaving.signal });
    const kept = [...response.headers].filter(([name]) => !HOP.has(name));
    const type = stream?.type ?? response.headers.get("content-type") ?? "";
    outgoing.writeHead(response.status, { ...Object.fromEntries(kept), "content-type": type });
    let rest = "";
    let index = 0;
    try {
      for await (const chunk of (response.body ?? new ReadableStream()).pipeThrough(
        new TextDecoderStream(),
      )) {
        const pieces = (rest + chunk).split("\n\n");
        rest = pieces.pop() ?? "";
        for (const piece of pieces) {
          const spoilt =
            stream?.piece === undefined ? piece : await stream.piece(piece, index, asked);
          if (spoilt !== null) outgoing.write(`${spoilt}\n\n`);
          index += 1;
        }
      }
    } catch (error) {
      if (!leaving.signal.aborted) throw error;
    }
    outgoing.end();
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
