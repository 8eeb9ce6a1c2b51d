import { existsSync, readFileSync } from "node:fs";

/** The `NAME=value` lines of a file; an operator may add to them. */
export function readSecrets(file: string): Readonly<Record<string, string>> {
  if (!existsSync(file)) return {};
  const lines = readFileSync(file, "utf8").matchAll(/^([A-Z][A-Z0-9_]*)=(.*)$/gm);
  return Object.fromEntries([...lines].map(([, name = "", value = ""]) => [name, value]));
}
