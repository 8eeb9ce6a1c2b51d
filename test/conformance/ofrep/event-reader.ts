import { isRecord, type UnknownRecord } from "../../../src/core/json.ts";

/** What a stream of server-sent events says, piece by piece. */
export type StreamPiece =
  | { readonly kind: "event"; readonly event: StreamEvent }
  /** Keeps the connection open. */
  | { readonly kind: "comment" }
  /** How long to wait before coming back, in milliseconds. */
  | { readonly kind: "retry"; readonly ms: number };

export interface StreamEvent {
  /** `undefined`: this event has none of its own. */
  readonly id: string | undefined;
  readonly name: string;
  readonly text: string;
  /** The text as an object; `undefined`: it is none. */
  readonly data: UnknownRecord | undefined;
}

/** Nothing came in time, or nothing will come any more. */
export type Silence = "silence" | "ended";

/** Reads server-sent events one after the other, and can stop waiting for one. */
export class EventReader {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly #decoder = new TextDecoder();
  readonly #pieces: StreamPiece[] = [];
  #reading: Promise<void> | undefined;
  #isEnded = false;
  #text = "";
  #fields: { id?: string; name: string; lines: string[] } = { name: "message", lines: [] };

  constructor(body: ReadableStream<Uint8Array>) {
    this.#reader = body.getReader();
  }

  /** The next piece, if it comes within so many milliseconds. */
  async next(withinMs: number): Promise<StreamPiece | Silence> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<"late">((resolve) => {
      timer = setTimeout(() => resolve("late"), withinMs);
    });
    try {
      for (;;) {
        const piece = this.#pieces.shift();
        if (piece !== undefined) return piece;
        if (this.#isEnded) return "ended";
        this.#reading ??= this.#read();
        if ((await Promise.race([this.#reading, late])) === "late") return "silence";
      }
    } finally {
      clearTimeout(timer);
    }
  }

  /** The next event, whatever else comes before it. */
  async nextEvent(withinMs: number): Promise<StreamEvent | Silence> {
    const end = performance.now() + withinMs;
    for (;;) {
      const piece = await this.next(end - performance.now());
      if (typeof piece === "string") return piece;
      if (piece.kind === "event") return piece.event;
    }
  }

  /** The next event that asks to ask again: all others are for clients to pass over. */
  async nextRefetch(withinMs: number): Promise<StreamEvent | Silence> {
    const end = performance.now() + withinMs;
    for (;;) {
      const event = await this.nextEvent(end - performance.now());
      if (typeof event === "string" || event.data?.["type"] === "refetchEvaluation") return event;
    }
  }

  /** Leaves the stream. */
  close(): Promise<void> {
    return this.#reader.cancel();
  }

  async #read(): Promise<void> {
    const { done, value } = await this.#reader
      .read()
      .catch(() => ({ done: true, value: undefined }));
    this.#reading = undefined;
    if (done || value === undefined) {
      this.#isEnded = true;
      return;
    }
    this.#text += this.#decoder.decode(value, { stream: true });
    const lines = this.#text.split(/\r\n|\n|\r(?!$)/);
    this.#text = lines.pop() ?? "";
    for (const line of lines) this.#take(line);
  }

  #take(line: string): void {
    const [, name = "", value = ""] = /^([^:]*)(?:: ?(.*))?$/s.exec(line) ?? [];
    if (line === "") this.#dispatch();
    else if (name === "") this.#pieces.push({ kind: "comment" });
    else if (name === "retry") this.#pieces.push({ kind: "retry", ms: Number(value) });
    else if (name === "id") this.#fields.id = value;
    else if (name === "event") this.#fields.name = value;
    else if (name === "data") this.#fields.lines.push(value);
  }

  #dispatch(): void {
    const { id, name, lines } = this.#fields;
    this.#fields = { name: "message", lines: [] };
    if (lines.length === 0) return;
    const text = lines.join("\n");
    this.#pieces.push({ kind: "event", event: { id, name, text, data: objectIn(text) } });
  }
}

function objectIn(text: string): UnknownRecord | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
