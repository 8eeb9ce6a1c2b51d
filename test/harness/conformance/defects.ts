import { type Answer, bodyOf } from "../../conformance/ofrep/answer.ts";
import type { OfrepRequest } from "../../conformance/ofrep/client.ts";
import type { Target } from "../../conformance/ofrep/target.ts";
import type { Defect } from "./faulty-server.ts";

export interface KnownDefect {
  readonly name: string;
  /** The checks that must fail, and no others. */
  readonly fails: readonly string[];
  readonly defect: (target: Target) => Defect;
  /** Whether the checks that change something run too; they take seconds. */
  readonly changing?: true;
}

const replaced =
  (from: string | RegExp, to: string): ((target: Target) => Defect) =>
  () => ({ answer: (answered) => ({ ...answered, text: answered.text.replaceAll(from, to) }) });

const empty = (status: number, headers: Record<string, string> = {}): Answer => ({
  status,
  headers: new Headers({ "content-type": "application/json", ...headers }),
  text: "",
});

const without = (answer: Answer, header: string): Answer => {
  const headers = new Headers(answer.headers);
  headers.delete(header);
  return { ...answer, headers };
};

const isBulk = ({ path }: OfrepRequest) => /\/flags\/?$/.test(path);
/** Spoils what those get who ask too much. */
const limiting =
  (spoil: NonNullable<Defect["answer"]>): (() => Defect) =>
  () => ({
    answer: (answered, asked) => (answered.status === 429 ? spoil(answered, asked) : answered),
  });
const isAbout = (asked: OfrepRequest, flag: string) =>
  new RegExp(`/run-[0-9a-f]+-${flag}$`).test(asked.path);

/** Whoever sends one key is taken for the owner of another. */
const mistaken =
  (of: "clientKey" | "otherKey") =>
  ({ serverKey, [of]: key }: Target): Defect => ({
    request: (asked) => {
      const authorization = asked.headers["authorization"]?.replace(key ?? "", serverKey);
      return authorization === undefined
        ? asked
        : { ...asked, headers: { ...asked.headers, authorization } };
    },
  });

const misread =
  (isMeant: (body: string) => boolean, taken: string): ((target: Target) => Defect) =>
  () => ({
    request: (asked) =>
      asked.body !== undefined && isMeant(asked.body) ? { ...asked, body: taken } : asked,
  });

export const DEFECTS: readonly KnownDefect[] = [
  {
    name: "leaves the variant out",
    fails: ["C01", "C02", "C10", "C11", "C13", "C15", "C33"],
    defect: () => ({
      answer: (answered, asked) =>
        isAbout(asked, "string")
          ? { ...answered, text: answered.text.replace('"variant":"only",', "") }
          : answered,
    }),
  },
  {
    name: "writes an integer as a text",
    fails: ["C02", "C04", "C33"],
    defect: replaced('"value":10,', '"value":"10",'),
  },
  {
    name: "takes the empty text for no value",
    fails: ["C03", "C33"],
    defect: replaced('"value":"",', ""),
  },
  { name: "writes 10 for a float", fails: ["C04"], defect: replaced('"value":10.0', '"value":10') },
  {
    name: "rounds large integers",
    fails: ["C05", "C33"],
    defect: replaced("9007199254740991", "9007199254740992"),
  },
  { name: "garbles Unicode", fails: ["C06", "C33"], defect: replaced("👋", "?") },
  {
    name: "answers 404 without the key",
    fails: ["C07", "C32"],
    defect: () => ({
      answer: (answered) =>
        answered.status === 404
          ? { ...answered, text: answered.text.replace(/"key":"[^"]*",/, "") }
          : answered,
    }),
  },
  {
    name: "reads malformed JSON as an empty request",
    fails: ["C08"],
    defect: misread((body) => body.startsWith("{") && !body.endsWith("}"), "{}"),
  },
  {
    name: "takes an array for a context",
    fails: ["C09"],
    defect: misread((body) => body.startsWith('{"context":['), "{}"),
  },
  { name: "wants a body", fails: ["C10"], defect: misread((body) => body === "", "{") },
  {
    name: "refuses a whole bulk for want of a targeting key",
    fails: ["C10", "C11"],
    defect: () => ({
      answer: (answered, asked) =>
        isBulk(asked) && answered.status === 200 && !asked.body?.includes("targetingKey")
          ? {
              ...answered,
              status: 400,
              text: '{"errorCode":"TARGETING_KEY_MISSING","errorDetails":"Send one."}',
            }
          : answered,
    }),
  },
  {
    name: "sends null as the value of a disabled flag",
    fails: ["C12", "C32", "C33"],
    defect: replaced('"reason":"DISABLED"', '"value":null,"reason":"DISABLED"'),
  },
  {
    name: "has reasons of its own",
    fails: ["C13", "C32"],
    defect: replaced('"reason":"DEFAULT"', '"reason":"FALLTHROUGH"'),
  },
  {
    name: "says nothing with its 401",
    fails: ["C14"],
    defect: () => ({
      answer: (answered) => (answered.status === 401 ? { ...answered, text: "" } : answered),
    }),
  },
  {
    name: "serves without a key",
    fails: ["C14"],
    defect: ({ serverKey }) => ({
      request: (asked) =>
        "authorization" in asked.headers || "x-api-key" in asked.headers
          ? asked
          : { ...asked, headers: { ...asked.headers, "x-api-key": serverKey } },
    }),
  },
  { name: "shows clients everything", fails: ["C15"], defect: mistaken("clientKey") },
  {
    name: "does not know X-API-Key",
    fails: ["C16"],
    defect: () => ({
      request: ({ headers, ...asked }) => {
        const { "x-api-key": _, ...rest } = headers;
        return { ...asked, headers: rest };
      },
    }),
  },
  { name: "mixes up environments", fails: ["C17"], defect: mistaken("otherKey") },
  {
    name: "does not sort its bulks",
    fails: ["C18"],
    defect: () => ({
      answer: (answered, asked) => {
        const flags = isBulk(asked) ? bodyOf(answered)?.["flags"] : undefined;
        return Array.isArray(flags)
          ? { ...answered, text: JSON.stringify({ flags: flags.toReversed() }) }
          : answered;
      },
    }),
  },
  {
    name: "sends no ETag",
    fails: ["C19", "C20", "C21", "C22"],
    changing: true,
    defect: () => ({ answer: (answered) => without(answered, "etag") }),
  },
  {
    name: "answers 304 to whatever tag it is sent",
    fails: ["C20", "C21", "C22"],
    changing: true,
    defect: () => ({
      answer: (answered, asked) =>
        "if-none-match" in asked.headers && answered.status === 200
          ? { ...answered, status: 304, text: "" }
          : answered,
    }),
  },
  {
    name: "marks every flag with the version of the configuration",
    fails: ["C22"],
    changing: true,
    defect: () => ({
      answer: (answered, asked) => {
        const revision = answered.headers.get("x-switchyard-revision") ?? "";
        const text = answered.text.replaceAll(/"version":"\d+"/g, `"version":"${revision}"`);
        return isBulk(asked) ? { ...answered, text } : answered;
      },
    }),
  },
  {
    name: "says with a date when to ask for one flag again",
    fails: ["C23"],
    changing: true,
    defect: limiting((answered, asked) => {
      if (isBulk(asked)) return answered;
      const headers = new Headers(answered.headers);
      headers.set("retry-after", "2026-02-07T12:00:00Z");
      return { ...answered, headers };
    }),
  },
  {
    name: "does not say when to ask for all flags again",
    fails: ["C23"],
    changing: true,
    defect: limiting((answered, asked) =>
      isBulk(asked) ? without(answered, "retry-after") : answered,
    ),
  },
  {
    name: "fails with an empty body",
    fails: ["C06", "C24", "C32", "C33"],
    defect: () => ({
      answer: (answered, asked) => (isAbout(asked, "unicode") ? empty(500) : answered),
    }),
  },
  {
    name: "hides its errors from browsers",
    fails: ["C25"],
    defect: () => ({
      answer: (answered) =>
        answered.status >= 400 ? without(answered, "access-control-allow-origin") : answered,
    }),
  },
  {
    name: "does not know a path with a slash at the end",
    fails: ["C26"],
    defect: () => ({
      request: (asked) =>
        asked.path.endsWith("/") ? { ...asked, path: `${asked.path}nothing/here` } : asked,
    }),
  },
  {
    name: "offers browsers another event stream each time",
    fails: ["C27"],
    defect: () => {
      let calls = 0;
      return {
        answer: (answered, asked) =>
          "origin" in asked.headers
            ? { ...answered, text: answered.text.replace("/stream?", `/stream?n=${(calls += 1)}&`) }
            : answered,
      };
    },
  },
  {
    name: "names an event stream by address and endpoint at once",
    fails: ["C27", "C32"],
    defect: replaced('"type":"sse",', '"type":"sse","endpoint":{"requestUri":"/stream"},'),
  },
  {
    name: "sends its events as plain text",
    fails: ["C28"],
    defect: () => ({ stream: { type: "text/plain" } }),
  },
  {
    name: "gives its events no ids",
    fails: ["C28", "C30"],
    defect: () => ({ stream: { piece: (piece) => piece.replace(/^id: .*\n/m, "") } }),
  },
  {
    name: "tells of a change after three seconds",
    fails: ["C29", "C30"],
    changing: true,
    defect: () => ({
      stream: {
        piece: async (piece, index) => {
          if (index > 0) await new Promise((resolve) => setTimeout(resolve, 3_000));
          return piece;
        },
      },
    }),
  },
  {
    name: "gives who was told of a change the state before it",
    fails: ["C29", "C30", "C31"],
    changing: true,
    defect: () => {
      let former: Answer | undefined;
      return {
        answer: (answered, asked) => {
          if (asked.path.includes("?flagConfigEtag=")) return former ?? answered;
          if (isBulk(asked) && answered.status === 200) former = answered;
          return answered;
        },
      };
    },
  },
  {
    name: "does not look at Last-Event-ID",
    fails: ["C30"],
    defect: () => ({
      request: ({ headers, ...asked }) => {
        const { "last-event-id": _, ...rest } = headers;
        return { ...asked, headers: rest };
      },
    }),
  },
  {
    name: "takes whoever connects for one who knows everything",
    fails: ["C31"],
    changing: true,
    defect: () => ({
      stream: {
        piece: (piece, index, { headers }) =>
          index === 0 && !("last-event-id" in headers)
            ? piece.replace("refetchEvaluation", "welcome")
            : piece,
      },
    }),
  },
];
