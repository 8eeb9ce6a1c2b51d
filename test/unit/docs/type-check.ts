import { join, relative } from "node:path";
import ts from "typescript";
import { ROOT } from "../../../scripts/lib/paths.ts";

const OPTIONS: ts.CompilerOptions = {
  ...tsconfigOptions(),
  // A reader's program runs in Node or a browser, and each block is a file of its own.
  lib: ["lib.es2023.d.ts", "lib.dom.d.ts"],
  types: ["node"],
  moduleDetection: ts.ModuleDetectionKind.Force,
  noUnusedLocals: false,
  // Stricter than most readers are, and than what OpenFeature's own packages agree on.
  exactOptionalPropertyTypes: false,
  noEmit: true,
};

export interface Snippet {
  /** Absolute path that the code is checked as; imports resolve from its folder. */
  readonly file: string;
  readonly code: string;
}

/** What the compiler says of each snippet, as `file:line message`; empty: they are right. */
export function typeErrors(snippets: readonly Snippet[]): readonly string[] {
  const virtual = new Map(snippets.map(({ file, code }) => [file, code]));
  const disk = ts.createCompilerHost(OPTIONS);
  const host: ts.CompilerHost = {
    ...disk,
    fileExists: (file) => virtual.has(file) || disk.fileExists(file),
    readFile: (file) => virtual.get(file) ?? disk.readFile(file),
    getSourceFile(file, ...rest) {
      const code = virtual.get(file);
      if (code === undefined) return disk.getSourceFile(file, ...rest);
      return ts.createSourceFile(file, code, ts.ScriptTarget.ES2023);
    },
  };
  const program = ts.createProgram([...virtual.keys()], OPTIONS, host);
  return [...virtual.keys()].flatMap((file) => {
    const source = program.getSourceFile(file)!;
    const found = [
      ...program.getSyntacticDiagnostics(source),
      ...program.getSemanticDiagnostics(source),
    ];
    return found.map(({ start, messageText }) => {
      const { line } = source.getLineAndCharacterOfPosition(start ?? 0);
      const text = ts.flattenDiagnosticMessageText(messageText, "\n");
      return `${relative(ROOT, file)}:${line + 1} ${text}`;
    });
  });
}

function tsconfigOptions(): ts.CompilerOptions {
  const file = join(ROOT, "tsconfig.json");
  const { config } = ts.readConfigFile(file, (path) => ts.sys.readFile(path)) as {
    config: unknown;
  };
  return ts.parseJsonConfigFileContent(config, ts.sys, ROOT).options;
}
