import { randomBytes } from "node:crypto";
import { connect, type Socket } from "node:net";

export interface LightSocketListener {
  opened(): void;
  text(text: string): void;
  /** Once, and nothing after it. */
  closed(code: number): void;
}

/** Bytes on the wire so far, of all sockets of this process. */
export const traffic = { received: 0, sent: 0 };

const ABNORMAL = 1006;
const TEXT = 1;
const CLOSE = 8;

/** As little of a WebSocket client as streams need, so that a machine can have thousands. */
export class LightSocket {
  readonly #socket: Socket;
  readonly #listener: LightSocketListener;
  #isOpen = false;
  #isClosed = false;
  #rest: Buffer = Buffer.alloc(0);

  constructor(url: URL, key: string, listener: LightSocketListener) {
    this.#listener = listener;
    this.#socket = connect({ host: url.hostname, port: Number(url.port), noDelay: true });
    this.#socket.on("data", (chunk) => this.#take(chunk));
    this.#socket.on("error", () => {});
    this.#socket.on("close", () => this.#end(ABNORMAL));
    this.#write(
      Buffer.from(
        [
          `GET ${url.pathname}${url.search} HTTP/1.1`,
          `Host: ${url.host}`,
          "Connection: Upgrade",
          "Upgrade: websocket",
          "Sec-WebSocket-Version: 13",
          `Sec-WebSocket-Key: ${randomBytes(16).toString("base64")}`,
          `Authorization: Bearer ${key}`,
          "\r\n",
        ].join("\r\n"),
      ),
    );
  }

  /** At most 125 bytes. */
  send(text: string): void {
    const payload = Buffer.from(text);
    // A mask of zeros is a mask.
    this.#write(Buffer.from([0x80 | TEXT, 0x80 | payload.length, 0, 0, 0, 0, ...payload]));
  }

  close(): void {
    this.#isClosed = true;
    this.#socket.destroy();
  }

  #write(bytes: Buffer): void {
    traffic.sent += bytes.length;
    this.#socket.write(bytes);
  }

  #end(code: number): void {
    if (this.#isClosed) return;
    this.close();
    this.#listener.closed(code);
  }

  #take(chunk: Buffer): void {
    traffic.received += chunk.length;
    this.#rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    if (!this.#isOpen) {
      const end = this.#rest.indexOf("\r\n\r\n");
      if (end < 0) return;
      if (!this.#rest.subarray(0, 12).equals(Buffer.from("HTTP/1.1 101"))) {
        this.#end(ABNORMAL);
        return;
      }
      this.#rest = this.#rest.subarray(end + 4);
      this.#isOpen = true;
      this.#listener.opened();
    }
    while (!this.#isClosed && this.#takeFrame());
  }

  /** False when there is no whole frame. */
  #takeFrame(): boolean {
    const rest = this.#rest;
    if (rest.length < 2) return false;
    const [first = 0, second = 0] = rest;
    let length = second & 0x7f;
    let start = 2;
    if (length === 126) {
      if (rest.length < 4) return false;
      length = rest.readUInt16BE(2);
      start = 4;
    } else if (length === 127) {
      if (rest.length < 10) return false;
      length = Number(rest.readBigUInt64BE(2));
      start = 10;
    }
    if (rest.length < start + length) return false;
    const payload = rest.subarray(start, start + length);
    this.#rest = rest.subarray(start + length);
    const kind = first & 0x0f;
    if (kind === TEXT) this.#listener.text(payload.toString());
    else if (kind === CLOSE) this.#end(payload.length >= 2 ? payload.readUInt16BE(0) : 1005);
    return true;
  }
}
