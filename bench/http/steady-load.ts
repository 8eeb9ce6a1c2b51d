import { connect, type Socket } from "node:net";
import { quantile } from "../lib/quantile.ts";
import { BODIES } from "./requests.ts";

/** Latencies in milliseconds, from the moment that each request was due. */
export interface Latencies {
  readonly sent: number;
  /** Answers that were not 200. */
  readonly failed: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
}

const CONNECTIONS = 64;
/** Requests of this first part of the run are sent and not counted. */
const WARM_UP_MS = 1_000;

/**
 * Run in a process of its own: sends requests at a steady rate whether or not earlier ones were
 * answered, and prints the latencies as one line of JSON. A request that has to wait for a
 * connection has been waiting since it was due.
 */
const [url = "", path = "", key = "", rate = "2000", seconds = "10"] = process.argv.slice(2);
const { hostname, port } = new URL(url);
const requests = BODIES.map((body) =>
  Buffer.from(
    `POST ${path} HTTP/1.1\r\nhost: ${hostname}:${port}\r\nauthorization: Bearer ${key}\r\n` +
      `content-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  ),
);

class Connection {
  readonly #socket: Socket;
  readonly #onAnswer: (due: number, isGood: boolean) => void;
  #due = 0;
  #head = "";
  #missing = -1;
  #isGood = false;

  private constructor(socket: Socket, onAnswer: (due: number, isGood: boolean) => void) {
    this.#socket = socket;
    this.#onAnswer = onAnswer;
    socket.setNoDelay(true);
    socket.on("data", (chunk) => this.#take(chunk));
  }

  static open(onAnswer: (due: number, isGood: boolean) => void): Promise<Connection> {
    return new Promise((resolve, reject) => {
      const socket = connect(Number(port), hostname, () =>
        resolve(new Connection(socket, onAnswer)),
      );
      socket.once("error", reject);
    });
  }

  send(request: Buffer, due: number): void {
    this.#due = due;
    this.#socket.write(request);
  }

  close(): void {
    this.#socket.destroy();
  }

  /** Answers come one at a time, with their length. */
  #take(chunk: Buffer): void {
    let body = chunk.length;
    if (this.#missing < 0) {
      this.#head += chunk.toString("latin1");
      const end = this.#head.indexOf("\r\n\r\n");
      if (end < 0) return;
      this.#isGood = this.#head.startsWith("HTTP/1.1 200");
      this.#missing = Number(/\r\ncontent-length: (\d+)/i.exec(this.#head)?.[1] ?? 0);
      body = this.#head.length - end - 4;
    }
    this.#missing -= body;
    if (this.#missing > 0) return;
    this.#head = "";
    this.#missing = -1;
    this.#onAnswer(this.#due, this.#isGood);
  }
}

const latencies: number[] = [];
const free: Connection[] = [];
const waiting: number[] = [];
const total = Math.round(Number(rate) * Number(seconds));
const warmUp = (Number(rate) * WARM_UP_MS) / 1_000;
const gapMs = 1_000 / Number(rate);
let failed = 0;
let answered = 0;
let sent = 0;
const done = Promise.withResolvers<void>();

const connections = await Promise.all(
  Array.from({ length: CONNECTIONS }, async () => {
    const connection: Connection = await Connection.open((due, isGood) => {
      answered += 1;
      if (!isGood) failed += 1;
      if (answered > warmUp) latencies.push(performance.now() - due);
      const next = waiting.shift();
      if (next === undefined) free.push(connection);
      else connection.send(nextRequest(), next);
      if (answered === total) done.resolve();
    });
    return connection;
  }),
);
free.push(...connections);

const began = performance.now() + 50;
tick();
await done.promise;
for (const connection of connections) connection.close();
const at = (share: number) => quantile(latencies, share);
const result: Latencies = {
  sent,
  failed,
  p50: at(0.5),
  p90: at(0.9),
  p99: at(0.99),
  p999: at(0.999),
  max: at(1),
};
process.stdout.write(`${JSON.stringify(result)}\n`);

function tick(): void {
  const now = performance.now();
  while (sent < total && began + sent * gapMs <= now) {
    const due = began + sent * gapMs;
    sent += 1;
    const connection = free.pop();
    if (connection === undefined) waiting.push(due);
    else connection.send(nextRequest(), due);
  }
  // A timer's grain is a millisecond, which would be most of what is measured.
  if (sent < total) setImmediate(tick);
}

function nextRequest(): Buffer {
  return requests[(sent + answered) % requests.length] ?? Buffer.alloc(0);
}
