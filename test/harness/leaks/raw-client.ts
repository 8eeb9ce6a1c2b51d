import { Agent, type IncomingMessage, request } from "node:http";
import type { Socket } from "node:net";

export interface RawRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

export interface RawAnswer {
  readonly status: number;
  /** All of it, byte by byte: status line, headers, body, trailers. */
  readonly text: string;
  readonly body: string;
}

const headOf = (answer: IncomingMessage): string =>
  `${answer.statusCode} ${answer.statusMessage}\n${answer.rawHeaders.join("\n")}\n`;

/** Asks over HTTP and keeps each byte of what comes back; one byte is one character. */
export class RawClient {
  readonly #url: string;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 16 });

  constructor(url: string) {
    this.#url = url;
  }

  ask({ method, path, headers, body }: RawRequest): Promise<RawAnswer> {
    return new Promise((resolve, reject) => {
      const length =
        body === undefined ? {} : { "content-length": String(Buffer.byteLength(body)) };
      const all = { ...headers, ...length };
      const sent = request(this.#url + path, { method, agent: this.#agent, headers: all });
      sent.on("response", (answer) => {
        const chunks: Buffer[] = [];
        answer.on("data", (chunk: Buffer) => chunks.push(chunk));
        answer.on("error", reject);
        answer.on("end", () => {
          const text = Buffer.concat(chunks).toString("latin1");
          const trailers = answer.rawTrailers.join("\n");
          const status = answer.statusCode ?? 0;
          resolve({ status, body: text, text: `${headOf(answer)}${text}\n${trailers}` });
        });
      });
      sent.on("error", reject);
      sent.end(body);
    });
  }

  /** Opens server-sent events; resolves when the answer has begun. */
  openEvents(path: string, headers: Readonly<Record<string, string>>): Promise<RawStream> {
    return new Promise((resolve, reject) => {
      const sent = request(this.#url + path, { headers });
      sent.on("error", reject);
      sent.on("response", (answer) => {
        const stream = new RawStream(answer.statusCode ?? 0, headOf(answer), () => sent.destroy());
        answer.on("data", (chunk: Buffer) => stream.take(chunk));
        answer.on("error", () => {});
        resolve(stream);
      });
      sent.end();
    });
  }

  /** Opens a WebSocket; a refusal is a stream that never says anything but its answer. */
  openSocket(path: string, headers: Readonly<Record<string, string>>): Promise<RawStream> {
    return new Promise((resolve, reject) => {
      const upgrade = {
        connection: "Upgrade",
        upgrade: "websocket",
        "sec-websocket-version": "13",
        "sec-websocket-key": Buffer.alloc(16, 7).toString("base64"),
      };
      const sent = request(this.#url + path, { headers: { ...upgrade, ...headers } });
      sent.on("error", reject);
      sent.on("response", (answer) => {
        const stream = new RawStream(answer.statusCode ?? 0, headOf(answer), () => sent.destroy());
        answer.on("data", (chunk: Buffer) => stream.take(chunk));
        answer.on("end", () => resolve(stream));
      });
      sent.on("upgrade", (answer, socket: Socket, head) => {
        const end = () => void socket.destroy();
        const stream = new RawStream(101, headOf(answer), end, (text) =>
          socket.write(frameOf(text)),
        );
        stream.take(head);
        socket.on("data", (chunk: Buffer) => stream.take(chunk));
        socket.on("error", () => {});
        resolve(stream);
      });
      sent.end();
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}

/** What a stream has said up to now. */
export class RawStream {
  readonly status: number;
  readonly close: () => void;
  readonly #send: (text: string) => void;
  readonly #head: string;
  readonly #chunks: Buffer[] = [];

  constructor(
    status: number,
    head: string,
    close: () => void,
    send: (text: string) => void = () => {},
  ) {
    this.status = status;
    this.close = close;
    this.#head = head;
    this.#send = send;
  }

  /** All of it, byte by byte, frames' headers included: servers do not mask what they send. */
  get text(): string {
    return this.#head + Buffer.concat(this.#chunks).toString("latin1");
  }

  get length(): number {
    return this.#chunks.reduce((sum, { length }) => sum + length, 0);
  }

  send(text: string): void {
    this.#send(text);
  }

  take(chunk: Buffer): void {
    this.#chunks.push(chunk);
  }
}

/** A text of at most 65,535 bytes as a client frames it, masked with zeros. */
function frameOf(text: string): Buffer {
  const body = Buffer.from(text);
  const { length } = body;
  const size = length < 126 ? [0x80 | length] : [0xfe, length >> 8, length & 255];
  return Buffer.concat([Buffer.from([0x81, ...size]), Buffer.alloc(4), body]);
}
