import type { StreamSocket } from "./ports.ts";

interface LinkListener {
  opened(): void;
  message(text: string): void;
  /** Once, and nothing after it. */
  closed(code: number): void;
}

/** What a browser says when it does not say why. */
const ABNORMAL = 1006;
const NORMAL = 1000;

/** One socket, from which nothing is heard any more once it was closed from here. */
export class StreamLink {
  #listener: LinkListener | null;
  #socket: StreamSocket | null = null;

  /** @param connect makes the socket; when it throws, or is `null`, the link is a closed one. */
  constructor(connect: (() => StreamSocket) | null, listener: LinkListener) {
    this.#listener = listener;
    if (connect === null) {
      this.#closeSoon();
      return;
    }
    try {
      const socket = connect();
      this.#socket = socket;
      socket.addEventListener("open", () => this.#listener?.opened());
      socket.addEventListener("message", ({ data }) => {
        if (typeof data === "string") this.#listener?.message(data);
      });
      socket.addEventListener("close", ({ code }) => this.#closed(code));
      // Some platforms say no more than this when a socket could not be opened.
      socket.addEventListener("error", () => this.#closed(ABNORMAL));
    } catch {
      this.#closeSoon();
    }
  }

  send(text: string): void {
    try {
      this.#socket?.send(text);
    } catch {
      this.#closed(ABNORMAL);
    }
  }

  close(): void {
    this.#listener = null;
    try {
      this.#socket?.close(NORMAL);
    } catch {
      // It was never open, or is closed already.
    }
  }

  #closeSoon(): void {
    queueMicrotask(() => this.#closed(ABNORMAL));
  }

  #closed(code: number): void {
    const listener = this.#listener;
    this.#listener = null;
    listener?.closed(code);
  }
}
