import { resolve } from "node:path";
import { nearestName } from "../../src/core/conditions/nearest-name.ts";

export const HELP = `Starts Switchyard on this machine, with demo data on the first start.

  npm start -- [options]

  --port N       port to listen on (8787)
  --state DIR    where flags, keys and logs are kept between starts (.switchyard)
  --reset        forget everything in the state folder first; needs --yes
  --yes          confirms --reset
  --help         this text`;

export interface StartOptions {
  readonly port: number;
  /** Absolute path. */
  readonly stateDir: string;
  readonly reset: boolean;
  readonly help: boolean;
}

/** Reads the command line. A string is a refusal in words for the person who typed it. */
export function parseStartOptions(args: readonly string[]): StartOptions | string {
  const given = readArguments(args);
  if (typeof given === "string") return given;
  const { values, switches } = given;
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    return `--port ${values.port} is not a port. Use a whole number from 1 to 65535.`;
  }
  if (switches.reset && !switches.yes) {
    return `--reset deletes every flag, key and log in ${values.state}. Add --yes if you mean it.`;
  }
  return { port, stateDir: resolve(values.state), reset: switches.reset, help: switches.help };
}

function readArguments(args: readonly string[]) {
  const values = { port: "8787", state: ".switchyard" };
  const switches = { reset: false, yes: false, help: false };
  const rest = args.flatMap((arg) => (/^--\w+=/.test(arg) ? splitOnce(arg) : [arg]));

  for (let at = 0; at < rest.length; at += 1) {
    const arg = rest[at] ?? "";
    const name = arg.startsWith("--") ? arg.slice(2) : "";
    if (name === "reset" || name === "yes" || name === "help") {
      switches[name] = true;
    } else if (name === "port" || name === "state") {
      at += 1;
      const value = rest[at];
      if (value === undefined || value === "" || value.startsWith("--"))
        return `${arg} needs a value.`;
      values[name] = value;
    } else {
      return unknownOption(arg);
    }
  }
  return { values, switches };
}

function splitOnce(arg: string): string[] {
  const at = arg.indexOf("=");
  return [arg.slice(0, at), arg.slice(at + 1)];
}

function unknownOption(arg: string): string {
  const known = ["--port", "--state", "--reset", "--yes", "--help"];
  const meant = nearestName(arg, known);
  const hint = meant === undefined ? `Known are ${known.join(", ")}.` : `Did you mean ${meant}?`;
  return `Unknown option ${arg}. ${hint}`;
}
