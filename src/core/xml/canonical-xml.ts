import type { XmlAttribute, XmlElement } from "./element.ts";

/** What an element counts as while a signature over it is checked. */
export interface CanonicalOptions {
  /** A child that is left out: the signature itself. */
  readonly without?: XmlElement;
  /** Prefixes that are kept although nothing visibly uses them; `""` is the default namespace. */
  readonly keep?: readonly string[];
}

/**
 * Exclusive XML Canonicalization 1.0 of an element (there are no comments in what is read here):
 * the one text for all ways to write it, which digests and signatures are made of.
 */
export function canonicalXml(element: XmlElement, options: CanonicalOptions = {}): string {
  return written(element, new Map(), options);
}

function written(
  element: XmlElement,
  declared: ReadonlyMap<string, string>,
  options: CanonicalOptions,
): string {
  const fresh = namespacesToDeclare(element, declared, options.keep ?? []);
  const within = fresh.length === 0 ? declared : new Map([...declared, ...fresh]);
  const name = qualified(element);
  const start = [
    name,
    ...fresh.map(([prefix, uri]) => ` xmlns${prefix && `:${prefix}`}="${attributeText(uri)}"`),
    ...element.attributes
      .toSorted(byNamespaceAndName)
      .map((one) => ` ${qualified(one)}="${attributeText(one.value)}"`),
  ].join("");
  const inner = element.children
    .filter((child) => child !== options.without)
    .map((child) =>
      typeof child === "string" ? plainText(child) : written(child, within, options),
    )
    .join("");
  return `<${start}>${inner}</${name}>`;
}

const qualified = ({ prefix, name }: { readonly prefix: string; readonly name: string }) =>
  prefix === "" ? name : `${prefix}:${name}`;

/** Those that the element or its attributes use, where they are not in force already. */
function namespacesToDeclare(
  element: XmlElement,
  declared: ReadonlyMap<string, string>,
  keep: readonly string[],
): readonly (readonly [string, string])[] {
  const used = new Set([
    element.prefix,
    ...element.attributes.map(({ prefix }) => prefix).filter((prefix) => prefix !== ""),
    ...keep.filter((prefix) => element.scope.has(prefix)),
  ]);
  used.delete("xml");
  return [...used]
    .toSorted(byCodePoint)
    .map((prefix) => [prefix, element.scope.get(prefix) ?? ""] as const)
    .filter(([prefix, uri]) => uri !== (declared.get(prefix) ?? ""));
}

const byNamespaceAndName = (a: XmlAttribute, b: XmlAttribute) =>
  byCodePoint(a.namespace, b.namespace) || byCodePoint(a.name, b.name);

// Names are ASCII, and namespaces outside of it only differ from code points in exotic cases.
const byCodePoint = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const plainText = (text: string) =>
  text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll("\r", "&#xD;");

const attributeText = (text: string) =>
  text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll('"', "&quot;")
    .replaceAll("\t", "&#x9;")
    .replaceAll("\n", "&#xA;")
    .replaceAll("\r", "&#xD;");
