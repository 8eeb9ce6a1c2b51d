import { describe, expect, it } from "vitest";
import { canonicalXml } from "../../../../src/core/xml/canonical-xml.ts";
import { childElements } from "../../../../src/core/xml/element.ts";
import { parseXml } from "../../../../src/core/xml/parse-xml.ts";

function parsed(text: string) {
  const read = parseXml(text);
  if (!read.ok) throw new Error(read.error);
  return read.value;
}

const declarations = (count: number, from = 0): string =>
  Array.from({ length: count }, (_, index) => `xmlns:p${from + index}="u"`).join(" ");

describe("parseXml", () => {
  it.each([
    { name: "a comment", text: "<a><!-- x --></a>", fault: "comment" },
    { name: "a document type", text: "<!DOCTYPE a><a/>", fault: "document type" },
    { name: "an entity declaration", text: '<!ENTITY x "y"><a/>', fault: "document type" },
    { name: "a CDATA section", text: "<a><![CDATA[x]]></a>", fault: "CDATA" },
    { name: "a processing instruction", text: "<a><?x y?></a>", fault: "processing instruction" },
    { name: "an entity of its own", text: "<a>&x;</a>", fault: "&x;" },
    { name: "a reference without end", text: "<a>&amp</a>", fault: "reference" },
    { name: "a reference to no character", text: "<a>&#0;</a>", fault: "&#0;" },
    { name: "a reference to a surrogate", text: "<a>&#xD800;</a>", fault: "&#xD800;" },
    { name: "a control character", text: "<a>\u0001</a>", fault: "does not allow" },
    { name: "two roots", text: "<a/><b/>", fault: "more than one root" },
    { name: "no root", text: "  ", fault: "no element" },
    { name: "text beside the root", text: "<a/>x", fault: "text outside" },
    { name: "tags that cross", text: "<a><b></a></b>", fault: "stands where" },
    { name: "a tag that is not closed", text: "<a><b/>", fault: "never closed" },
    { name: "an end without beginning", text: "</a>", fault: "closes nothing" },
    { name: "the same attribute twice", text: '<a x="1" x="2"/>', fault: "twice" },
    {
      name: "the same attribute twice by two prefixes",
      text: '<a xmlns:p="u" xmlns:q="u" p:x="1" q:x="2"/>',
      fault: "twice",
    },
    { name: "an undeclared prefix", text: "<p:a/>", fault: "not declared" },
    { name: "a redeclared xml prefix", text: '<a xmlns:xml="u"/>', fault: "declares" },
    { name: "an attribute without quotes", text: "<a x=1/>", fault: "not well formed" },
    { name: "a < in an attribute", text: '<a x="<"/>', fault: "not well formed" },
    { name: "]]> in a text", text: "<a>]]></a>", fault: "]]>" },
    {
      name: "attributes without end",
      text: `<a ${Array.from({ length: 65 }, (_, index) => `x${index}="1"`).join(" ")}/>`,
      fault: "more than 64 attributes",
    },
    {
      name: "declarations without end in one element",
      text: `<a ${declarations(7_500)}>${"<b xmlns='u'/>".repeat(1_000)}</a>`,
      fault: "more than 64 attributes",
    },
    {
      name: "declarations without end in one scope",
      text: `<a ${declarations(40)}><b ${declarations(40, 40)}/></a>`,
      fault: "more than 64 prefixes",
    },
    { name: "depth without end", text: "<a>".repeat(10_000), fault: "deep" },
    { name: "elements without end", text: `<a>${"<b/>".repeat(10_000)}</a>`, fault: "more than" },
  ])("refuses $name", ({ text, fault }) => {
    const read = parseXml(text);
    expect(read).toMatchObject({ ok: false, error: expect.stringContaining(fault) });
  });

  it("keeps one scope for all elements that declare nothing", () => {
    const root = parsed(`<a ${declarations(60)}><b/><c><d/></c></a>`);
    const [first, second] = childElements(root);
    expect(first?.scope).toBe(root.scope);
    expect(childElements(second!)[0]?.scope).toBe(root.scope);
  });

  it("reads what remains in one way", () => {
    const root = parsed(
      '<?xml version="1.0"?>\n<a xmlns="u" x="1&#10;2\t3">&lt;&#x41;<b/>\r\n</a>',
    );
    expect(root).toMatchObject({ name: "a", namespace: "u", prefix: "" });
    expect(root.attributes).toMatchObject([{ name: "x", namespace: "", value: "1\n2 3" }]);
    expect(root.children.map((child) => (typeof child === "string" ? child : child.name))).toEqual([
      "<A",
      "b",
      "\n",
    ]);
  });
});

describe("canonicalXml", () => {
  it.each([
    {
      name: "sorts attributes by namespace, then name, and declarations by prefix",
      text: '<a xmlns:z="u1" xmlns:b="u2" b:y="1" z:x="2" d="3" c="4"/>',
      expected: '<a xmlns:b="u2" xmlns:z="u1" c="4" d="3" z:x="2" b:y="1"></a>',
    },
    {
      name: "leaves out what nothing uses",
      text: '<a xmlns:x="u"><b/></a>',
      expected: "<a><b></b></a>",
    },
    {
      name: "declares where it is first used, and not again within",
      text: '<a xmlns:x="u"><x:b><x:c/></x:b><x:d/></a>',
      expected: '<a><x:b xmlns:x="u"><x:c></x:c></x:b><x:d xmlns:x="u"></x:d></a>',
    },
    {
      name: "takes a default namespace back",
      text: '<a xmlns="u"><b xmlns=""/></a>',
      expected: '<a xmlns="u"><b xmlns=""></b></a>',
    },
    {
      name: "never declares the prefix that needs no declaration",
      text: '<a xml:lang="en"/>',
      expected: '<a xml:lang="en"></a>',
    },
    {
      name: "escapes texts and attributes each in their way",
      text: '<a x="&quot;&lt;&gt;&amp;&#9;&#13;">&gt;&quot;&amp;&#13;</a>',
      expected: '<a x="&quot;&lt;>&amp;&#x9;&#xD;">&gt;"&amp;&#xD;</a>',
    },
  ])("$name", ({ text, expected }) => {
    expect(canonicalXml(parsed(text))).toBe(expected);
  });

  it("says the same of an element wherever it stands", () => {
    const inner = '<p:b xmlns:p="u" x="1"/>';
    const alone = canonicalXml(parsed(inner));
    const [within] = childElements(parsed(`<a xmlns="v" xmlns:q="w">${inner}</a>`));
    expect(canonicalXml(within!)).toBe(alone);
  });

  it("leaves a child out, and keeps the prefixes that it is told to", () => {
    const root = parsed('<a xmlns:x="u"><b/>text</a>');
    const options = { without: childElements(root)[0]!, keep: ["x"] };
    expect(canonicalXml(root, options)).toBe('<a xmlns:x="u">text</a>');
  });
});
