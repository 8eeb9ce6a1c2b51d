import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { ROOT } from "../../../scripts/lib/paths.ts";

const COMPILER = join(ROOT, "node_modules", "typescript-native", "bin", "tsc");

const OPTIONS = {
  // A reader's program runs in Node or a browser, and each block is a file of its own.
  lib: ["es2023", "dom", "dom.asynciterable"],
  types: ["node"],
  moduleDetection: "force",
  noUnusedLocals: false,
  // Stricter than most readers are, and than what OpenFeature's own packages agree on.
  exactOptionalPropertyTypes: false,
  noEmit: true,
};

export interface Snippet {
  /** Path in the repository that the code is checked as; imports resolve from its folder. */
  readonly file: string;
  readonly code: string;
}

/** What the compiler says of each snippet, as `file:line message`; empty: they are right. */
export function typeErrors(snippets: readonly Snippet[]): readonly string[] {
  const folder = mkdtempSync(join(tmpdir(), "switchyard-snippets-"));
  try {
    // The snippets stand where they would in the repository, without being in it.
    for (const name of ["src", "node_modules"]) symlinkSync(join(ROOT, name), join(folder, name));
    for (const { file, code } of snippets) {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      writeFileSync(join(folder, file), code);
    }
    const config = {
      extends: join(ROOT, "tsconfig.json"),
      compilerOptions: OPTIONS,
      include: [],
      files: snippets.map(({ file }) => file),
    };
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(config));
    return errorsIn(compile(folder)).filter((error) =>
      snippets.some(({ file }) => error.startsWith(`${file}:`)),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function compile(folder: string): string {
  const args = [COMPILER, "-p", ".", "--pretty", "false"];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    cwd: folder,
    encoding: "utf8",
  });
  // It found errors and said where, or none. Anything else is no verdict.
  if (status === 0 || /^\S+\(\d+,\d+\): error TS/m.test(stdout)) return stdout;
  throw new Error(`the compiler ended with ${status}:\n${stdout}${stderr}`);
}

/** `file(line,column): error TS1234: message`, each with its indented lines. */
const errorsIn = (said: string): readonly string[] =>
  [...said.matchAll(/^(\S+)\((\d+),\d+\): error TS\d+: (.*(?:\n +.*)*)/gm)].map(
    ([, file, line, message]) => `${file}:${line} ${message}`,
  );
