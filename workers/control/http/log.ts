import { isRecord } from "../../../src/core/json.ts";
import { maskDetail } from "../../../src/core/privacy/mask-json.ts";

/** Writes one structured line. Never give it bodies, contexts, tokens or keys. */
export type Log = (level: "info" | "warn" | "error", event: string, fields: object) => void;

/** Whatever personal data or secret gets into a line all the same, in an error's text say, is masked. */
export const consoleLog: Log = (level, event, fields) => {
  const masked = maskDetail(fields, "mask");
  console[level](JSON.stringify({ level, event, ...(isRecord(masked) && masked) }));
};
