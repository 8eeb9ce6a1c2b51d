import type { Management } from "./management.ts";

export const PROJECT = "/api/v1/projects/crash";
export const PLACE = `${PROJECT}/environments/prod`;
const WRITERS = 8;

/** A change that the product said yes to. */
export interface Acknowledged {
  readonly kind: "flag" | "segment" | "key";
  readonly key: string;
  readonly version: number;
  readonly revision: number;
  /** As the answer gave it; `undefined` where the answer has no document. */
  readonly document: unknown;
  readonly secret: string | null;
}

export interface Written {
  readonly requests: number;
  readonly acknowledged: readonly Acknowledged[];
  /** Keys of catalogue entries that were promised. */
  readonly entries: readonly string[];
  /** Bodies of flags whose creation got no answer. */
  readonly unanswered: readonly { readonly key: string; readonly body: unknown }[];
  /** Answers that were neither a yes nor a version conflict. */
  readonly surprises: readonly string[];
}

/** Changes everything there is to change, in parallel, until nobody answers any more. */
export class Writers {
  readonly #send: Management;
  readonly #prefix: string;
  readonly #random: () => number;
  readonly #written = {
    requests: 0,
    acknowledged: [] as Acknowledged[],
    entries: [] as string[],
    unanswered: [] as { key: string; body: unknown }[],
    surprises: [] as string[],
  };
  #stopped = false;
  #begin: () => void = () => {};
  /** Resolves with the first answer, or when there will be none. */
  readonly begun = new Promise<void>((resolve) => {
    this.#begin = resolve;
  });

  constructor(send: Management, prefix: string, random: () => number) {
    this.#send = send;
    this.#prefix = prefix;
    this.#random = random;
  }

  stop(): void {
    this.#stopped = true;
  }

  async run(): Promise<Written> {
    await Promise.all(Array.from({ length: WRITERS }, (_, writer) => this.#write(writer)));
    this.#begin();
    return this.#written;
  }

  async #write(writer: number): Promise<void> {
    for (let turn = 0; !this.#stopped; turn += 1) {
      const key = `${this.#prefix}-${writer}-${turn}`;
      if (!(await this.#createFlag(key))) return;
      const edits = 1 + Math.floor(this.#random() * 4);
      for (let edit = 0; edit < edits && !this.#stopped; edit += 1) {
        const draw = this.#random();
        if (!(await this.#change(draw, key, `${key}-${edit}`))) return;
      }
    }
  }

  /** False when there was no answer. */
  #change(draw: number, flag: string, name: string): Promise<boolean> {
    if (draw < 0.35) {
      const body = { description: name, default: { variation: "off" } };
      return this.#flag("PATCH", `${PLACE}/flags/${flag}`, body);
    }
    if (draw < 0.5) return this.#flag("PATCH", `${PLACE}/flags/shared`, { description: name });
    if (draw < 0.65) {
      const body = { variation: null, reason: name };
      return this.#flag("POST", `${PLACE}/flags/${flag}/kill`, body);
    }
    if (draw < 0.8) {
      return this.#answered(
        "POST",
        `${PLACE}/segments`,
        { key: name, included: [name] },
        (body) => ({
          ...body,
          kind: "segment",
          key: name,
          document: body.segment,
        }),
      );
    }
    return this.#answered("POST", `${PLACE}/keys`, { kind: "server", name }, (body) => ({
      ...body,
      kind: "key",
      key: body.id,
      document: undefined,
    }));
  }

  #flag(method: string, path: string, body: unknown): Promise<boolean> {
    return this.#answered(method, path, body, (answer) => ({
      ...answer,
      kind: "flag",
      key: answer.flag.key,
      document: answer.flag,
    }));
  }

  async #createFlag(key: string): Promise<boolean> {
    const body = { key, type: "boolean", base: { enabled: true, default: { variation: "on" } } };
    this.#written.requests += 1;
    const answer = await this.#send("POST", `${PROJECT}/flags`, body);
    this.#begin();
    if (answer === null) {
      this.#written.unanswered.push({ key, body });
      return false;
    }
    if (answer.status !== 201) return this.#surprise(`create ${key}`, answer);
    this.#written.entries.push(key);
    // The answer names the environment's newest revision, which may be a later one than its own.
    return true;
  }

  async #answered(
    method: string,
    path: string,
    body: unknown,
    read: (answer: any) => Omit<Acknowledged, "secret"> & { readonly secret?: string },
  ): Promise<boolean> {
    this.#written.requests += 1;
    const headers = method === "PATCH" ? { "if-match": "*" } : {};
    const answer = await this.#send(method, path, body, headers);
    if (answer === null) return false;
    if (answer.status >= 300) return this.#surprise(`${method} ${path}`, answer);
    const { kind, key, version, revision, document, secret = null } = read(answer.body);
    this.#written.acknowledged.push({ kind, key, version, revision, document, secret });
    return true;
  }

  /** While the runtime dies, an answer may be a failure; it promised nothing then. */
  #surprise(what: string, answer: { readonly status: number; readonly body: any }): boolean {
    if (answer.status < 500) {
      this.#written.surprises.push(`${what}: ${answer.status} ${JSON.stringify(answer.body)}`);
    }
    return answer.status < 500;
  }
}
