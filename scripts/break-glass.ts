import { readFileSync } from "node:fs";
import { userInfo } from "node:os";
import { setTimeout as wait } from "node:timers/promises";
import { type BreakGlassOptions, HELP, parseBreakGlassOptions } from "./break-glass/options.ts";
import { reportOf } from "./break-glass/report.ts";
import { seal } from "./break-glass/seal.ts";
import { send } from "./break-glass/send.ts";
import {
  type BreakGlassSecret,
  parseBreakGlassSecret,
} from "../src/core/authority/break-glass-secret.ts";

const surroundings = { url: process.env["SWITCHYARD_URL"], user: userInfo().username };
const args = process.argv.slice(2);
const options = parseBreakGlassOptions(args, surroundings);
if (args.includes("--help")) {
  console.log(HELP);
} else if (options.ok) {
  process.exitCode = await run(options.value);
} else {
  console.error(`${options.error}\nSee npm run break-glass -- --help`);
  process.exitCode = 2;
}

async function run(asked: BreakGlassOptions): Promise<number> {
  const secret = readSecret(asked.keyFile);
  if (typeof secret === "string") return fail(secret);
  const { environmentId, keyId } = secret;
  if (asked.environment !== null && asked.environment !== environmentId) {
    return fail(`The key is for environment ${environmentId}, not for ${asked.environment}.`);
  }
  const sealed = await seal(secret, asked, { nowMs: Date.now(), minutes: asked.minutes });
  if (!sealed.ok) return fail(sealed.error);
  if (asked.print) {
    console.log(JSON.stringify(sealed.value));
    return 0;
  }
  console.log(
    `Killing ${asked.flags.join(", ")} in environment ${environmentId}, with key ${keyId}, at ${asked.url} …`,
  );
  const sent = await send(asked.url, sealed.value, {
    fetch,
    wait: (ms) => wait(ms),
    say: (line) => console.error(line),
  });
  if (typeof sent === "string") return fail(sent);
  const { lines, isDone } = reportOf(sent);
  if (!isDone) return fail(lines.join("\n"));
  console.log(lines.join("\n"));
  return 0;
}

function readSecret(file: string): BreakGlassSecret | string {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    return `The key file cannot be read. ${error instanceof Error ? error.message : ""}`.trim();
  }
  const secret = parseBreakGlassSecret(text);
  if (secret.ok) return secret.value;
  return secret.error === "checksum"
    ? `The secret in ${file} has a typing error or is cut off: its checksum does not fit.`
    : `${file} holds no break-glass secret: those begin with sy_breakglass_ and are one word.`;
}

function fail(words: string): number {
  console.error(words);
  return 1;
}
