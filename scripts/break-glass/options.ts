import { parseArgs } from "node:util";
import { err, ok, type Result } from "../../src/core/result.ts";

export const HELP = `Kills flags with a break-glass key, while dashboard, login and catalogue may be down.

  npm run break-glass -- --key FILE --flag KEY [--flag KEY …] --reason "…" [options]

  --key FILE         the secret that was shown when the key was issued, in a file of its own
  --flag KEY         a flag to kill; repeat it for several, which are killed together
  --reason "…"       why; shown with the flag and written into the log
  --environment ID   the environment's id; refused when the key is for another one
  --variation V      what everyone gets; without it, each flag's off variation
  --code-default     everyone gets the default in the application's own code instead
  --url URL          where flags are evaluated (SWITCHYARD_URL, or http://localhost:8787)
  --by NAME          who you are, for the log (your user name on this machine)
  --minutes N        how long the command may be sent, 1 to 14 (5)
  --print            sign and print the command, for sending from elsewhere; sends nothing
  --help             this text`;

export interface BreakGlassOptions {
  readonly keyFile: string;
  readonly flags: readonly string[];
  readonly reason: string;
  /** `null`: the one that the key is for. */
  readonly environment: string | null;
  /** Absent: each flag's off variation; `null`: the caller's own default. */
  readonly variation?: string | null;
  readonly url: string;
  readonly by: string;
  readonly minutes: number;
  readonly print: boolean;
}

const OPTIONS = {
  key: { type: "string" },
  flag: { type: "string", multiple: true },
  reason: { type: "string", default: "" },
  environment: { type: "string" },
  variation: { type: "string" },
  "code-default": { type: "boolean", default: false },
  url: { type: "string" },
  by: { type: "string" },
  minutes: { type: "string", default: "5" },
  print: { type: "boolean", default: false },
} as const;

const LOCAL_URL = "http://localhost:8787";

/** Reads the command line. The error says in words for the person who typed it what is wrong. */
export function parseBreakGlassOptions(
  args: readonly string[],
  surroundings: { readonly url: string | undefined; readonly user: string },
): Result<BreakGlassOptions, string> {
  const values = readArguments(args);
  if (typeof values === "string") return err(values);
  const { key, flag, reason, environment = null, by = surroundings.user, minutes, print } = values;
  if (key === undefined) return err("Say which key signs: --key FILE.");
  if (flag === undefined) return err("Say which flag is to be killed: --flag KEY.");
  if (reason.trim() === "") return err('Say why: --reason "…".');
  const { url = surroundings.url ?? LOCAL_URL } = values;
  if (!/^(?:[1-9]|1[0-4])$/.test(minutes)) {
    return err(`--minutes is ${minutes}; give a whole number from 1 to 14.`);
  }
  if (!URL.canParse(url)) {
    return err(`--url is "${url}"; give an address such as https://flags.example.`);
  }
  const served = variationOf(values);
  if (!served.ok) return served;
  const sent = { url, by, minutes: Number(minutes), print, ...served.value };
  return ok({ keyFile: key, flags: flag, reason: reason.trim(), environment, ...sent });
}

function variationOf(values: {
  readonly variation?: string;
  readonly "code-default": boolean;
}): Result<Pick<BreakGlassOptions, "variation">, string> {
  const { variation } = values;
  if (!values["code-default"]) return ok(variation === undefined ? {} : { variation });
  return variation === undefined
    ? ok({ variation: null })
    : err("Give either --variation or --code-default, not both.");
}

function readArguments(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: false }).values;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
