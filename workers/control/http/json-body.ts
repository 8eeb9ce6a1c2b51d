import { isRecord } from "../../../src/core/json.ts";
import { invalidRequest } from "./invalid.ts";
import { findJsonFault } from "./json-fault.ts";
import { ProblemError } from "./problem.ts";

const MOST_BYTES = 1024 * 1024;
/** Far above what a document may nest, far below what exhausts a stack. */
const DEEPEST = 64;

/**
 * The JSON that a request carries; `undefined` for an empty body. Size is checked before the text
 * is parsed, depth, numbers and texts before a schema, which recurses, sees the value.
 */
export async function readJson(request: Request): Promise<unknown> {
  const text = await readText(request);
  if (text.trim() === "") return undefined;
  const type = request.headers.get("content-type") ?? "";
  if (!/^application\/(?:[\w.+-]+\+)?json\s*(?:;|$)/i.test(type)) throw wrongType(type);
  const value = parse(text);
  const fault = findTreeFault(value);
  if (fault !== undefined) throw invalidRequest("body", [fault]);
  return value;
}

async function readText(request: Request): Promise<string> {
  if (Number(request.headers.get("content-length") ?? 0) > MOST_BYTES) throw tooLarge();
  if (request.body === null) return "";
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: false });
  let text = "";
  let bytes = 0;
  try {
    for await (const chunk of request.body) {
      bytes += chunk.byteLength;
      if (bytes > MOST_BYTES) throw tooLarge();
      text += decoder.decode(chunk, { stream: true });
    }
    return text + decoder.decode();
  } catch (error) {
    if (error instanceof TypeError) throw invalidRequest("body", [notUtf8]);
    throw error;
  }
}

const notUtf8 = { path: "", code: "encoding", message: "the bytes are not UTF-8" };

const tooLarge = () =>
  new ProblemError("request.too-large", {
    detail: `The body has more than ${MOST_BYTES} bytes. Split the change into several requests.`,
    facts: { limitBytes: MOST_BYTES },
  });

function wrongType(type: string): ProblemError {
  const is = type === "" ? "has no content-type" : `is marked as ${JSON.stringify(type)}`;
  return new ProblemError("request.media-type", {
    detail: `The body ${is}. Send JSON with the header "content-type: application/json".`,
    headers: { accept: "application/json" },
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    const { line, column, message } = findJsonFault(text);
    const error = invalidRequest("body", [{ path: "", code: "json-syntax", message }]);
    throw new ProblemError(error.code, { ...error.given, facts: { line, column } });
  }
}

interface TreeFault {
  readonly path: string;
  readonly code: string;
  readonly message: string;
}

interface TreeNode {
  readonly value: unknown;
  readonly path: string;
  readonly depth: number;
}

/** Escapes can spell it in JSON, and no store keeps it. */
const HALF_PAIR = /\p{Surrogate}/u;
const NO_TEXT = "holds half of a surrogate pair, which is no character";

/** What no document may have anywhere. Walks without recursion. */
function findTreeFault(root: unknown): TreeFault | undefined {
  const open: TreeNode[] = [{ value: root, path: "", depth: 1 }];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    const fault = findNodeFault(node);
    if (fault !== undefined) return fault;
    if (!isRecord(node.value) && !Array.isArray(node.value)) continue;
    for (const [name, value] of Object.entries(node.value)) {
      const step = name.replaceAll("~", "~0").replaceAll("/", "~1");
      open.push({ value, path: `${node.path}/${step}`, depth: node.depth + 1 });
    }
  }
  return undefined;
}

function findNodeFault({ value, path, depth }: TreeNode): TreeFault | undefined {
  if (depth > DEEPEST) {
    return { path, code: "too-deep", message: `is nested deeper than ${DEEPEST} levels` };
  }
  if (typeof value === "number" && !Number.isFinite(value)) {
    return { path, code: "number-range", message: "is a number too large to be kept exactly" };
  }
  if (typeof value === "string" && HALF_PAIR.test(value)) {
    return { path, code: "encoding", message: NO_TEXT };
  }
  if (!isRecord(value)) return undefined;
  if (Object.hasOwn(value, "__proto__")) {
    return { path: `${path}/__proto__`, code: "reserved-name", message: "is a reserved name" };
  }
  const isOdd = Object.keys(value).some((name) => HALF_PAIR.test(name));
  return isOdd ? { path, code: "encoding", message: `has a name that ${NO_TEXT}` } : undefined;
}
