import { parseArgs } from "node:util";

export const HELP = `Asks an OFREP server what the protocol and its clients expect, one line per check.

  npm run conformance -- --url URL --key SERVER_KEY [options]
  npm run conformance -- --url URL --admin-token TOKEN [options]

  --url URL            where flags are evaluated, without /ofrep
  --key KEY            a server key, for a server that was seeded by hand
  --client-key KEY     a key for browsers; without it C15 is skipped
  --other-key KEY      a server key of the second environment; without it C17 is skipped
  --revoked-key KEY    a key that was good once, for C14
  --prefix TEXT        what the keys of the seeded flags begin with
  --print-seed         prints the flags that have to be there, and ends

  --admin-token TOKEN  seeds a Switchyard itself, and can then change it for C14, C21 to C23 and C29 to C31
  --project KEY        the project to seed in, made if it is absent (ofrep-conformance)
  --admin-url URL      where its management API is, if not at --url

  --settle-ms MS       how long a change may take to be seen (5000)
  --heartbeat-ms MS    how long C28 waits for an event stream's sign of life (30000)
  --json               one JSON document instead of lines
  --help               this text

The exit code is 0 when no check failed, 1 when one did, 2 when the options are wrong.`;

export interface RunOptions {
  readonly kind: "run";
  readonly url: string;
  readonly json: boolean;
  readonly settleMs: number;
  readonly heartbeatMs: number;
  readonly server: ByHand | Administered;
}
export interface ByHand {
  readonly kind: "by-hand";
  readonly key: string;
  readonly clientKey: string | undefined;
  readonly otherKey: string | undefined;
  readonly revokedKey: string | undefined;
  readonly prefix: string;
}
export interface Administered {
  readonly kind: "administered";
  readonly adminToken: string;
  readonly adminUrl: string;
  readonly project: string;
}
export type Options = RunOptions | { readonly kind: "help" } | { readonly kind: "print-seed" };

/** Reads the command line. A string is a refusal in words for the person who typed it. */
export function parseConformanceOptions(args: readonly string[]): Options | string {
  const given = read(args);
  if (typeof given === "string") return given;
  if (given.help) return { kind: "help" };
  if (given["print-seed"]) return { kind: "print-seed" };
  const { url } = given;
  if (url === undefined || !URL.canParse(url)) {
    return `--url ${url ?? "is missing and"} is not a URL. Use one like http://localhost:8787.`;
  }
  const settleMs = Number(given["settle-ms"]);
  if (!(settleMs > 0)) return `--settle-ms ${given["settle-ms"]} is not a number of milliseconds.`;
  const heartbeatMs = Number(given["heartbeat-ms"]);
  if (!(heartbeatMs > 0)) {
    return `--heartbeat-ms ${given["heartbeat-ms"]} is not a number of milliseconds.`;
  }
  const server = serverIn(given, url);
  if (server === undefined) return "Name a server key with --key, or --admin-token to seed.";
  return { kind: "run", url, json: given.json, settleMs, heartbeatMs, server };
}

type Given = Exclude<ReturnType<typeof read>, string>;

function serverIn(given: Given, url: string): RunOptions["server"] | undefined {
  const { key, project, prefix, "admin-token": adminToken } = given;
  if (adminToken !== undefined) {
    const adminUrl = given["admin-url"] ?? url;
    return { kind: "administered", adminToken, adminUrl, project };
  }
  if (key === undefined) return undefined;
  return {
    kind: "by-hand",
    key,
    clientKey: given["client-key"],
    otherKey: given["other-key"],
    revokedKey: given["revoked-key"],
    prefix,
  };
}

function read(args: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: [...args],
      strict: true,
      options: {
        url: { type: "string" },
        key: { type: "string" },
        "client-key": { type: "string" },
        "other-key": { type: "string" },
        "revoked-key": { type: "string" },
        prefix: { type: "string", default: "" },
        "print-seed": { type: "boolean", default: false },
        "admin-token": { type: "string" },
        "admin-url": { type: "string" },
        project: { type: "string", default: "ofrep-conformance" },
        "settle-ms": { type: "string", default: "5000" },
        "heartbeat-ms": { type: "string", default: "30000" },
        json: { type: "boolean", default: false },
        help: { type: "boolean", default: false },
      },
    });
    return values;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
