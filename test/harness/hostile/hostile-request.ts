import { randomOf } from "../crash/random.ts";

export interface HostileRequest {
  readonly method: string;
  /** As it goes over the wire. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | null;
}

/** Where the requests of a group go. */
export interface Target {
  readonly paths: readonly string[];
  /** The methods that they have. */
  readonly methods: readonly string[];
  /** Sound bodies, from which damaged ones are made. */
  readonly bodies: readonly unknown[];
  /** That a sound request has besides. */
  readonly headers: Readonly<Record<string, string>>;
}

const NAMES = [
  "__proto__",
  "constructor",
  "prototype",
  "toString",
  "hasOwnProperty",
  "then",
  "$now",
];
const SEGMENTS = [
  "..%2f..",
  "%00",
  "%ff%fe",
  "%",
  "a%2Fb",
  "x".repeat(3_000),
  "%F0%9F%9A%80",
  "'--",
  "*",
];
const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "PROPFIND"];
const QUERIES = [
  "limit=-1",
  "limit=1e999",
  "cursor=%00",
  "revision=1.5",
  "at=x",
  "since=-1",
  "from=-1",
  "to=99999999999999999",
  "granularity=week",
  "key=%00",
  "a=%",
  "__proto__=1",
];
const TEXTS = [
  "",
  "{",
  "null",
  "[]",
  "0",
  '"\\ud800"',
  '{"a":1e999}',
  '{"context":',
  "\u0000",
  "{}{}",
  "NaN",
  '{"key":"a","key":"b"}',
  '{"__proto__":{"admin":true}}',
  '{"context":{"__proto__":{"x":1}}}',
];

/** The same requests for the same seed. */
export class HostileRequests {
  readonly #random: () => number;
  readonly #target: Target;

  constructor(seed: number, target: Target) {
    this.#random = randomOf(seed);
    this.#target = target;
  }

  next(): HostileRequest {
    const method = this.#chance(0.1) ? this.#oneOf(METHODS) : this.#oneOf(this.#target.methods);
    const body = method === "GET" || method === "HEAD" ? null : this.#body();
    return { method, path: this.#path(), headers: this.#headers(method), body };
  }

  #path(): string {
    const path = this.#oneOf(this.#target.paths);
    const odd = this.#chance(0.2)
      ? path.replace(/[^/]+$/, this.#chance(0.5) ? this.#oneOf(SEGMENTS) : this.#oneOf(NAMES))
      : path;
    return this.#chance(0.2) ? `${odd}?${this.#oneOf(QUERIES)}` : odd;
  }

  #headers(method: string): Record<string, string> {
    const headers: Record<string, string> = {
      ...this.#target.headers,
      "content-type": "application/json",
    };
    const oddities: readonly (readonly [string, string])[] = [
      [
        "authorization",
        this.#oneOf(["", "Bearer", "Bearer \u00ff", "Basic eA==", "x".repeat(4_000)]),
      ],
      [
        "content-type",
        this.#oneOf(["text/plain", "application/xml", "x", "application/json;charset=x"]),
      ],
      ["content-encoding", this.#oneOf(["gzip", "br", "x"])],
      ["if-match", this.#oneOf(["*", '"1"', "W/x", '"99999999999999999999"', "x"])],
      ["if-none-match", this.#oneOf(["*", "x", `"${"a".repeat(2_000)}"`])],
      ["idempotency-key", this.#oneOf(["", "k", "x".repeat(3_000), "\u00e9"])],
      ["x-request-id", this.#oneOf(["<script>", "x".repeat(5_000), "\u00ff"])],
      ["x-switchyard-reason", this.#oneOf(["%", "%ff", "%00", "x".repeat(3_000)])],
      ["origin", this.#oneOf(["null", "http://[", "x"])],
      ["user-agent", "(".repeat(4_000)],
      ["x-big", "x".repeat(12_000)],
    ];
    if (this.#chance(0.4)) headers[this.#oneOf(oddities)[0]] = this.#oneOf(oddities)[1];
    for (const [name, value] of oddities) if (this.#chance(0.03)) headers[name] = value;
    // Elsewhere it is optional, or refused before the body is looked at.
    const demands = method === "PATCH" || method === "DELETE";
    if (demands && this.#chance(0.8)) headers["if-match"] ??= "*";
    return headers;
  }

  #body(): Buffer {
    const draw = this.#random();
    if (draw < 0.15) return Buffer.from(this.#oneOf(TEXTS));
    if (draw < 0.2) return Buffer.from([0xff, 0xfe, 0x7b, 0xc3, 0x28, 0x7d]);
    if (draw < 0.3) return Buffer.from(this.#deep());
    if (draw < 0.33) return Buffer.from(JSON.stringify({ key: "x".repeat(200_000) }));
    if (draw < 0.335) return Buffer.alloc(1_100_000, "[");
    const text = JSON.stringify(this.#damaged(structuredClone(this.#oneOf(this.#target.bodies))));
    return Buffer.from(this.#chance(0.1) ? text.slice(0, Math.floor(text.length / 2)) : text);
  }

  #deep(): string {
    // The deepest keep the runtime busy for 10 to 40 ms each, most of it for reading the JSON.
    const depth = this.#chance(0.05) ? 100_000 : this.#oneOf([50, 1_000]);
    const [open, close] = this.#oneOf([
      ["[", "]"],
      ['{"not":', "}"],
      ['{"and":[', "]}"],
    ] as const);
    const inner = `${open.repeat(depth)}1${close.repeat(depth)}`;
    return this.#oneOf([
      inner,
      `{"context":{"targetingKey":"a","x":${inner}}}`,
      `{"rules":${inner}}`,
    ]);
  }

  /** One member, anywhere in it, of another type, gone, or under a reserved name. */
  #damaged(body: unknown): unknown {
    if (typeof body !== "object" || body === null) return this.#junk();
    const names = Object.keys(body);
    if (names.length === 0 || this.#chance(0.1)) return this.#junk();
    const name = this.#oneOf(names);
    const value: unknown = Reflect.get(body, name);
    const draw = this.#random();
    if (draw < 0.4 && typeof value === "object") Reflect.set(body, name, this.#damaged(value));
    else if (draw < 0.55) Reflect.deleteProperty(body, name);
    else if (draw < 0.7) {
      const own = { value, enumerable: true, configurable: true, writable: true };
      Object.defineProperty(body, this.#oneOf(NAMES), own);
    } else Reflect.set(body, name, this.#junk());
    return body;
  }

  #junk(): unknown {
    return this.#oneOf<unknown>([
      null,
      0,
      -1,
      1.5,
      1e308,
      2 ** 60,
      true,
      "",
      " ",
      "\ud800",
      "\u0000",
      "x".repeat(5_000),
      [],
      {},
      [[[]]],
      [null],
      { a: null },
      "(a+)+$",
      "ünï🚀",
      "a/b",
      "..",
    ]);
  }

  #chance(share: number): boolean {
    return this.#random() < share;
  }

  #oneOf<T>(list: readonly T[]): T {
    return list[Math.floor(this.#random() * list.length)]!;
  }
}
