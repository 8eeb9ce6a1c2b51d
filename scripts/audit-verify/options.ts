import { parseArgs } from "node:util";
import { err, ok, type Result } from "../../src/core/result.ts";

export const HELP = `Checks an exported audit log with nothing but its file and the public key.

  npm run audit:verify -- --file FILE --key FILE [--checkpoint FILE …] [--chain CHAIN]

  --file FILE        an export of GET /api/v1/audit/export, in any of its formats, or an archive
  --key FILE         the organisation's public key, as GET /api/v1/audit/key gave it. Keep a copy
                     from the beginning: a key that comes with the file proves nothing
  --checkpoint FILE  a checkpoint, or a list of them, that was made earlier; repeat it for several.
                     Those of other chains are skipped
  --chain CHAIN      the chain that it must be of: an organisation's id, or for an environment
                     ORGANISATION/ENVIRONMENT
  --help             this text

Ends with 0 when nothing is wrong, with 1 when something is, and with 2 when it could not be checked.`;

export interface VerifyOptions {
  readonly file: string;
  readonly key: string;
  readonly checkpoints: readonly string[];
  /** `null`: any. */
  readonly chain: string | null;
}

const OPTIONS = {
  file: { type: "string" },
  key: { type: "string" },
  checkpoint: { type: "string", multiple: true },
  chain: { type: "string" },
} as const;

/** Reads the command line. The error says in words for the person who typed it what is wrong. */
export function parseVerifyOptions(args: readonly string[]): Result<VerifyOptions, string> {
  const values = readArguments(args);
  if (typeof values === "string") return err(values);
  const { file, key, checkpoint = [], chain = null } = values;
  if (file === undefined) return err("Say what is to be checked: --file FILE.");
  if (key === undefined) return err("Say with which key: --key FILE.");
  return ok({ file, key, checkpoints: checkpoint, chain });
}

function readArguments(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, strict: true }).values;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
