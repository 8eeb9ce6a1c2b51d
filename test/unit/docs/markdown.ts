export interface CodeBlock {
  /** The word after the opening fence, such as `ts`; empty when there is none. */
  readonly language: string;
  /** Line of the first line of code, counted from 1. */
  readonly line: number;
  readonly code: string;
}

/** The fenced blocks of a Markdown text, in order. */
export function codeBlocks(markdown: string): readonly CodeBlock[] {
  const blocks: CodeBlock[] = [];
  let open: { readonly fence: string; readonly language: string; readonly line: number } | null =
    null;
  let code: string[] = [];
  for (const [index, line] of markdown.split("\n").entries()) {
    const fence = /^\s*(`{3,}|~{3,})\s*(\S*)/.exec(line);
    if (open === null) {
      if (fence === null) continue;
      open = { fence: fence[1]!, language: fence[2]!, line: index + 2 };
      code = [];
    } else if (fence !== null && fence[1]!.startsWith(open.fence) && fence[2] === "") {
      blocks.push({ language: open.language, line: open.line, code: code.join("\n") });
      open = null;
    } else {
      code.push(line);
    }
  }
  return blocks;
}

/** The targets of links and images outside code, as written. */
export function linkTargets(markdown: string): readonly string[] {
  const prose = withoutCode(markdown);
  const inline = [...prose.matchAll(/\]\(\s*<?([^)\s>]+)>?[^)]*\)/g)].map((match) => match[1]!);
  const defined = [...prose.matchAll(/^\s*\[[^\]]+\]:\s*(\S+)/gm)].map((match) => match[1]!);
  return [...inline, ...defined];
}

/** The anchors that a page's headings make, as GitHub names them. */
export function anchors(markdown: string): ReadonlySet<string> {
  const seen = new Map<string, number>();
  const result = new Set<string>();
  for (const [, heading] of withoutFences(markdown).matchAll(/^#{1,6}\s+(.+?)\s*#*$/gm)) {
    const slug = heading!
      .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1")
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
      .replaceAll(/\s/g, "-");
    const times = seen.get(slug) ?? 0;
    seen.set(slug, times + 1);
    result.add(times === 0 ? slug : `${slug}-${times}`);
  }
  return result;
}

/** The scripts of package.json that a text tells its reader to run. */
export function npmScripts(markdown: string): readonly string[] {
  const named = [...markdown.matchAll(/\bnpm run ([\w:-]+)/g)].map((match) => match[1]!);
  const short = [...markdown.matchAll(/\bnpm (start|test)\b/g)].map((match) => match[1]!);
  return [...new Set([...named, ...short])];
}

const withoutCode = (markdown: string) => withoutFences(markdown).replaceAll(/`[^`\n]*`/g, "");

function withoutFences(markdown: string): string {
  const lines = markdown.split("\n");
  for (const { line, code } of codeBlocks(markdown)) {
    lines.fill("", line - 2, line + code.split("\n").length);
  }
  return lines.join("\n");
}
