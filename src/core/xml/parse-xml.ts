import { err, ok, type Result } from "../result.ts";
import type { XmlAttribute, XmlElement, XmlNode } from "./element.ts";
import { type RawAttribute, type RawTag, readTag } from "./read-tag.ts";
import { readText } from "./read-text.ts";

const XML_NAMESPACE = "http://www.w3.org/XML/1998/namespace";
const DEEPEST = 40;
const MOST_ELEMENTS = 5_000;
/** Each element that declares one has a map of all, so this bounds what the maps hold together. */
const MOST_IN_SCOPE = 64;
const DECLARATION = /^<\?xml [^?<>]*\?>\s*/;
/** What XML 1.0 has no place for. */
// oxlint-disable-next-line no-control-regex -- these are the characters that are looked for
const FORBIDDEN = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/;

/** Why a text is not read, in words for whoever set the sender up. */
export type XmlFault = string;

interface Open {
  readonly tag: RawTag;
  readonly scope: ReadonlyMap<string, string>;
  readonly children: XmlNode[];
}

/**
 * Reads a document that machines send each other. What such documents never need and attacks live
 * on is refused, not skipped: document types, entities of one's own, comments, processing
 * instructions and CDATA sections. So there is one way to read what is left.
 */
export function parseXml(input: string): Result<XmlElement, XmlFault> {
  if (FORBIDDEN.test(input)) return err("it holds a character that XML does not allow");
  const text = input.replaceAll("\r\n", "\n").replaceAll("\r", "\n").trim();
  return new Reader(text.replace(DECLARATION, "")).document();
}

class Reader {
  readonly #text: string;
  readonly #open: Open[] = [];
  #at = 0;
  #elements = 0;
  #root: XmlElement | null = null;

  constructor(text: string) {
    this.#text = text;
  }

  document(): Result<XmlElement, XmlFault> {
    while (this.#at < this.#text.length) {
      const fault = this.#text.charAt(this.#at) === "<" ? this.#markup() : this.#characters();
      if (fault !== null) return err(fault);
    }
    const unclosed = this.#open.at(-1);
    if (unclosed !== undefined) return err(`<${unclosed.tag.qualifiedName}> is never closed`);
    return this.#root === null ? err("it holds no element") : ok(this.#root);
  }

  #characters(): XmlFault | null {
    const end = this.#text.indexOf("<", this.#at);
    const raw = this.#text.slice(this.#at, end === -1 ? undefined : end);
    this.#at += raw.length;
    const parent = this.#open.at(-1);
    if (parent === undefined) {
      return raw.trim() === "" ? null : "there is text outside of its root element";
    }
    if (raw.includes("]]>")) return "its text holds ]]>";
    const read = readText(raw);
    if (!read.ok) return read.error;
    parent.children.push(read.value);
    return null;
  }

  #markup(): XmlFault | null {
    const refused = refusalOf(this.#text.slice(this.#at, this.#at + 9));
    if (refused !== null) return refused;
    const read = readTag(this.#text, this.#at);
    if (!read.ok) return read.error;
    this.#at = read.value.end;
    const tag = read.value;
    return tag.kind === "close" ? this.#close(tag.qualifiedName) : this.#begin(tag);
  }

  #begin(tag: RawTag): XmlFault | null {
    this.#elements += 1;
    if (this.#elements > MOST_ELEMENTS) return `it holds more than ${MOST_ELEMENTS} elements`;
    if (this.#open.length >= DEEPEST) return `its elements are nested more than ${DEEPEST} deep`;
    if (this.#open.length === 0 && this.#root !== null) return "it has more than one root element";
    const outer = this.#open.at(-1)?.scope ?? new Map([["xml", XML_NAMESPACE]]);
    const scope = scopeWithin(outer, tag.attributes);
    if (!scope.ok) return scope.error;
    this.#open.push({ tag, scope: scope.value, children: [] });
    return tag.kind === "empty" ? this.#close(tag.qualifiedName) : null;
  }

  #close(name: string): XmlFault | null {
    const open = this.#open.pop();
    if (open === undefined) return `</${name}> closes nothing`;
    const { qualifiedName } = open.tag;
    if (qualifiedName !== name) return `</${name}> stands where </${qualifiedName}> should`;
    const element = elementOf(open);
    if (!element.ok) return element.error;
    const parent = this.#open.at(-1);
    if (parent === undefined) this.#root = element.value;
    else parent.children.push(element.value);
    return null;
  }
}

function refusalOf(beginning: string): XmlFault | null {
  if (beginning.startsWith("<!--")) return "it holds a comment";
  if (beginning.startsWith("<![CDATA[")) return "it holds a CDATA section";
  if (beginning.startsWith("<!")) return "it holds a document type";
  return beginning.startsWith("<?") ? "it holds a processing instruction" : null;
}

const isDeclaration = ({ prefix, name }: RawAttribute) =>
  prefix === "xmlns" || (prefix === "" && name === "xmlns");

function scopeWithin(
  outer: ReadonlyMap<string, string>,
  attributes: readonly RawAttribute[],
): Result<ReadonlyMap<string, string>, XmlFault> {
  const declarations = attributes.filter(isDeclaration);
  if (declarations.length === 0) return ok(outer);
  const scope = new Map(outer);
  for (const { prefix, name, value } of declarations) {
    const declared = prefix === "" ? "" : name;
    if (declared === "xml" || declared === "xmlns") return err(`it declares the prefix ${name}`);
    if (declared !== "" && value === "") return err(`the prefix ${name} stands for nothing`);
    scope.set(declared, value);
  }
  if (scope.size > MOST_IN_SCOPE) return err(`more than ${MOST_IN_SCOPE} prefixes are declared`);
  return ok(scope);
}

function elementOf({ tag, scope, children }: Open): Result<XmlElement, XmlFault> {
  const namespace = scope.get(tag.prefix) ?? (tag.prefix === "" ? "" : null);
  if (namespace === null) return err(`the prefix ${tag.prefix} is not declared`);
  const attributes: XmlAttribute[] = [];
  const seen = new Set<string>();
  for (const attribute of tag.attributes) {
    if (isDeclaration(attribute)) continue;
    const { prefix, name, value } = attribute;
    const within = prefix === "" ? "" : scope.get(prefix);
    if (within === undefined) return err(`the prefix ${prefix} is not declared`);
    const identity = `${within} ${name}`;
    if (seen.has(identity)) return err(`<${tag.qualifiedName}> has the attribute ${name} twice`);
    seen.add(identity);
    attributes.push({ prefix, name, namespace: within, value });
  }
  return ok({ prefix: tag.prefix, name: tag.name, namespace, attributes, scope, children });
}
