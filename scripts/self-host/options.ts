import { resolve } from "node:path";
import { parseArgs } from "node:util";

export const HELP = `Serves Switchyard from this machine, for use and not for a look: no demo data, full speed.

  npm run self-host -- [options]

  --port N       port to listen on (8787)
  --host ADDR    address to listen on (127.0.0.1: only this machine, behind a proxy with TLS)
  --state DIR    where everything is kept between starts (.switchyard-self-host)
  --help         this text`;

export interface SelfHostOptions {
  readonly port: number;
  readonly host: string;
  /** Absolute path. */
  readonly stateDir: string;
  readonly help: boolean;
}

/** Reads the command line. A string is a refusal in words for the person who typed it. */
export function parseSelfHostOptions(args: readonly string[]): SelfHostOptions | string {
  const read = readArguments(args);
  if (typeof read === "string") return read;
  const { port, host, state, help } = read;
  const number = Number(port);
  if (!Number.isInteger(number) || number < 1 || number > 65_535) {
    return `--port ${port} is not a port. Use a whole number from 1 to 65535.`;
  }
  if (state === "" || host === "") return `--${state === "" ? "state" : "host"} needs a value.`;
  return { port: number, host, stateDir: resolve(state), help };
}

function readArguments(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        port: { type: "string", default: "8787" },
        host: { type: "string", default: "127.0.0.1" },
        state: { type: "string", default: ".switchyard-self-host" },
        help: { type: "boolean", default: false },
      },
    }).values;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
