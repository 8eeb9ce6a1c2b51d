/** An attribute, with its name resolved. Declarations of namespaces are no attributes. */
export interface XmlAttribute {
  readonly prefix: string;
  readonly name: string;
  /** `""`: none. */
  readonly namespace: string;
  readonly value: string;
}

export interface XmlElement {
  /** `""`: none was written. */
  readonly prefix: string;
  readonly name: string;
  readonly namespace: string;
  readonly attributes: readonly XmlAttribute[];
  /** Every prefix that is in force here and what it stands for; `""` is the default namespace. */
  readonly scope: ReadonlyMap<string, string>;
  readonly children: readonly XmlNode[];
}

/** An element, or text with its references resolved. */
export type XmlNode = XmlElement | string;

/** The value of an attribute that has no prefix. */
export const attributeOf = (element: XmlElement, name: string): string | undefined =>
  element.attributes.find((one) => one.prefix === "" && one.name === name)?.value;

export const childElements = (element: XmlElement): readonly XmlElement[] =>
  element.children.filter((child) => typeof child !== "string");

/** The child elements of one name in one namespace. */
export const childrenNamed = (
  element: XmlElement,
  namespace: string,
  name: string,
): readonly XmlElement[] =>
  childElements(element).filter((child) => child.namespace === namespace && child.name === name);

/** The text of an element that holds nothing else; `null` when it holds elements. */
export function textOf(element: XmlElement): string | null {
  let text = "";
  for (const child of element.children) {
    if (typeof child !== "string") return null;
    text += child;
  }
  return text;
}

/** The element and all elements in it, in the order of the document. */
export function* everyElement(element: XmlElement): Generator<XmlElement> {
  yield element;
  for (const child of childElements(element)) yield* everyElement(child);
}
