import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Browser, type Got } from "./browser.ts";
import { type Installation, install } from "./installation.ts";
import { type Said, type SamlProvider, samlProvider } from "./saml-provider.ts";
import { beginSaml, postSaml, setUpSaml } from "./saml-sign-in.ts";
import { WRAPPINGS, withoutSignature } from "./wrapped.ts";

const ENTITY = "https://idp.good.example/saml";

let installation: Installation;
const byAssertion = samlProvider(ENTITY);
const byResponse = samlProvider("https://idp.whole.example/saml", { signs: "response" });
const stranger = samlProvider(ENTITY);
const ids = new Map<SamlProvider, string>();

beforeAll(async () => {
  installation = await install({});
  for (const [provider, domain] of DOMAINS) {
    ids.set(provider, await setUpSaml(installation, domain, provider));
  }
}, 60_000);
afterAll(() => installation.close());

const DOMAINS = new Map([
  [byAssertion, "good.example"],
  [byResponse, "whole.example"],
]);

const begin = (provider = byAssertion) =>
  beginSaml(installation, {
    id: ids.get(provider)!,
    domain: DOMAINS.get(provider)!,
    entityId: provider.entityId,
  });
const post = postSaml;

const refusalIn = ({ location }: Got): string => {
  expect(location).toContain("/welcome#refused=");
  return decodeURIComponent(location.split("#refused=")[1]!);
};

const sessionOf = async (browser: Browser) =>
  (await browser.call("GET", "/api/auth/session")).status;

describe("signing in by SAML", () => {
  it.each([
    { name: "its assertion", provider: byAssertion, email: "ada@good.example" },
    { name: "its whole response", provider: byResponse, email: "ada@whole.example" },
  ])("leads to a session with the mapped role, when $name is signed", async (row) => {
    const begun = await begin(row.provider);
    const got = await post(begun, await row.provider.respond(begun.said));
    expect(got).toMatchObject({ status: 303, location: `${installation.origin}/projects` });
    const { status, body } = await begun.browser.call("GET", "/api/auth/session");
    expect({ status, person: body.person }).toMatchObject({
      status: 200,
      person: { email: row.email, name: "Ada" },
    });
    const { body: list } = await installation.admin("GET", "/api/v1/people");
    expect(list.items).toContainEqual(expect.objectContaining({ email: row.email, role: "admin" }));
  });

  it("tells the provider by metadata what it is set up with", async () => {
    const { text } = await new Browser(installation).ask(
      `${installation.origin}/api/auth/sso/saml2/${ids.get(byAssertion)}/metadata`,
    );
    expect(text).toContain(`/api/auth/sso/saml2/${ids.get(byAssertion)}"`);
  });

  it("refuses the same response a second time", async () => {
    const begun = await begin();
    const xml = await byAssertion.respond(begun.said);
    expect((await post(begun, xml)).status).toBe(303);
    expect(refusalIn(await post(begun, xml))).toContain("answered already");
  });

  it("refuses a response in a browser that did not begin the sign-in", async () => {
    const begun = await begin();
    const xml = await byAssertion.respond(begun.said);
    const victim = { ...begun, browser: new Browser(installation) };
    expect(refusalIn(await post(victim, xml))).toContain("another browser");
  });

  it("refuses a genuine response to an earlier request under a new one's name", async () => {
    const earlier = await byAssertion.respond((await begin()).said);
    expect(refusalIn(await post(await begin(), earlier))).toContain("InResponseTo");
  });

  it("refuses one provider's response at another", async () => {
    const [there, here] = [await begin(byResponse), await begin()];
    const xml = await byResponse.respond({ ...there.said, nameId: "ada@good.example" });
    expect(refusalIn(await post(here, xml))).toContain("not of a certificate");
  });
});

/** Each is signed by the right key, and wrong in one thing. */
const past = new Date(Date.now() - 600_000).toISOString();
const later = new Date(Date.now() + 600_000).toISOString();
const bearer = "urn:oasis:names:tc:SAML:2.0:cm:bearer";

describe("a signed response", () => {
  it.each<{ name: string; wrong: (said: Said) => Partial<Said>; why: string }>([
    {
      name: "for another audience",
      wrong: () => ({ audience: "https://x.example" }),
      why: "audience",
    },
    {
      name: "for another recipient",
      wrong: ({ recipient }) => ({ recipient: "https://x.example/", destination: recipient }),
      why: "recipient",
    },
    {
      name: "for another destination",
      wrong: () => ({ destination: "https://x.example/" }),
      why: "destination",
    },
    { name: "that has expired", wrong: () => ({ notOnOrAfter: past }), why: "expired" },
    { name: "that is not valid yet", wrong: () => ({ notBefore: later }), why: "not valid yet" },
    { name: "of another issuer", wrong: () => ({ issuer: "https://x.example" }), why: "issuer" },
    {
      name: "to another request",
      wrong: ({ inResponseTo }) => ({ inResponseTo: "_x", outerInResponseTo: inResponseTo }),
      why: "InResponseTo",
    },
    {
      name: "whose assertion answers no request",
      wrong: ({ recipient }) => ({
        confirmation:
          `<saml:SubjectConfirmation Method="${bearer}"><saml:SubjectConfirmationData ` +
          `NotOnOrAfter="${later}" Recipient="${recipient}"/></saml:SubjectConfirmation>`,
      }),
      why: "InResponseTo",
    },
    {
      name: "without confirmation",
      wrong: () => ({ confirmation: "" }),
      why: "no bearer confirmation",
    },
    {
      name: "of a failure",
      wrong: () => ({ status: "urn:oasis:names:tc:SAML:2.0:status:Responder" }),
      why: "status",
    },
    {
      name: "for an address of another domain",
      wrong: () => ({ nameId: "ada@good.example.evil.example" }),
      why: "not for ada@good.example.evil.example",
    },
  ])("$name is refused", async ({ wrong, why }) => {
    const begun = await begin();
    const xml = await byAssertion.respond({ ...begun.said, ...wrong(begun.said) });
    expect(refusalIn(await post(begun, xml))).toContain(why);
    expect(await sessionOf(begun.browser)).toBe(401);
  });
});

describe("a tampered response", () => {
  it.each(WRAPPINGS)("$name is refused", async ({ signs, wrap }) => {
    const provider = signs === "response" ? byResponse : byAssertion;
    const begun = await begin(provider);
    const xml = await provider.respond(begun.said);
    const subject = begun.said.nameId.replace("ada", "owner");
    const wrapped = wrap(xml, subject);
    expect(wrapped).toContain(subject);
    refusalIn(await post(begun, wrapped));
    expect(await sessionOf(begun.browser)).toBe(401);
  });

  const dtd = '<!DOCTYPE r [<!ENTITY who "owner">]>';
  it.each<{ name: string; tamper: (xml: string) => string; why: string }>([
    { name: "without signature", tamper: withoutSignature, why: "neither" },
    {
      name: "with another subject",
      tamper: (xml) => xml.replace(">ada@", ">owner@"),
      why: "signature",
    },
    {
      name: "with a comment in the subject",
      tamper: (xml) => xml.replace("ada@good.example<", "ada@good.example<!---->.evil.example<"),
      why: "comment",
    },
    {
      name: "with a processing instruction in the subject",
      tamper: (xml) => xml.replace("ada@good.example<", "ada@good.example<?x y?><"),
      why: "processing instruction",
    },
    { name: "with a document type", tamper: (xml) => dtd + xml, why: "document type" },
    {
      name: "with an entity of its own",
      tamper: (xml) => xml.replace(">ada@", ">&who;@"),
      why: "reference",
    },
    {
      name: "with a second element of the same id",
      tamper: (xml) => {
        const id = /<saml:Assertion[^>]* ID="([^"]+)"/.exec(xml)![1]!;
        return xml.replace(/<samlp:StatusCode /, `<samlp:StatusCode ID="${id}" `);
      },
      why: "used twice",
    },
    {
      name: "with its signature by SHA-1",
      tamper: (xml) => xml.replaceAll("xmldsig-more#rsa-sha256", "xmldsig-more#rsa-sha1"),
      why: "algorithm",
    },
    {
      name: "with a digest by SHA-1",
      tamper: (xml) =>
        xml.replace(/http:[^"]*xmlenc#sha256/, "http://www.w3.org/2000/09/xmldsig#sha1"),
      why: "digest",
    },
    {
      name: "with a transform that leaves things out",
      tamper: (xml) =>
        xml.replace(
          /<ds:Transform Algorithm="http:\/\/www.w3.org\/2001\/10\/xml-exc-c14n#"\/>/,
          '<ds:Transform Algorithm="http://www.w3.org/TR/1999/REC-xpath-19991116"/>',
        ),
      why: "transform",
    },
    {
      name: "that is no XML",
      tamper: () => "hello",
      why: "text outside",
    },
  ])("$name is refused", async ({ tamper, why }) => {
    const begun = await begin();
    const xml = tamper(await byAssertion.respond(begun.said));
    expect(refusalIn(await post(begun, xml))).toContain(why);
    expect(await sessionOf(begun.browser)).toBe(401);
  });

  it("signed by another key, whose certificate it carries, is refused", async () => {
    const begun = await begin();
    const xml = await stranger.respond(begun.said);
    expect(refusalIn(await post(begun, xml))).toContain("not of a certificate");
  });
});
