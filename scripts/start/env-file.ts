import { existsSync, readFileSync } from "node:fs";

export interface EnvFile {
  /** By name; of a name that is there twice, the last value. */
  readonly values: Readonly<Record<string, string>>;
  /** Numbers, from 1, of lines that are neither `NAME=value` nor empty nor a comment. */
  readonly strange: readonly number[];
}

/** What a file of `NAME=value` lines says, as people write them: quotes and `export` are no part of it. */
export function readEnvFile(file: string): EnvFile {
  return parseEnvFile(existsSync(file) ? readFileSync(file, "utf8") : "");
}

export function parseEnvFile(text: string): EnvFile {
  const values: Record<string, string> = {};
  const strange: number[] = [];
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const [, name, value = ""] = LINE.exec(line) ?? [];
    if (name !== undefined) values[name] = unquoted(value);
    else if (!/^\s*(?:#.*)?$/.test(line)) strange.push(index + 1);
  }
  return { values, strange };
}

const LINE = /^\s*(?:export\s+)?([A-Z][A-Z0-9_]*)\s*=\s*(.*?)\s*$/;

const unquoted = (value: string): string => /^(["'])(.*)\1$/.exec(value)?.[2] ?? value;
