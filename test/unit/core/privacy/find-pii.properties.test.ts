import { createHash, randomBytes, randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { formatToken, TOKEN_RANDOM_BYTES } from "../../../../src/core/access/token.ts";
import { environmentId } from "../../../../src/core/brand.ts";
import { formatSdkKey, SDK_KEY_RANDOM_BYTES } from "../../../../src/core/keys/sdk-key.ts";
import { findPii } from "../../../../src/core/privacy/find-pii.ts";
import { maskText, maskUnit } from "../../../../src/core/privacy/mask.ts";
import {
  formatProvisioningToken,
  PROVISIONING_TOKEN_BYTES,
} from "../../../../src/core/scim/provisioning-token.ts";

const found = (text: string) =>
  findPii(text).map(({ kind, from, to }) => `${kind}: ${text.slice(from, to)}`);

const SDK_KEY = formatSdkKey(
  "client",
  environmentId("k3v9q2m1abcd"),
  randomBytes(SDK_KEY_RANDOM_BYTES),
);
const TOKEN = formatToken("abcdefgh12345678", randomBytes(TOKEN_RANDOM_BYTES));
const DIRECTORY_TOKEN = formatProvisioningToken(randomBytes(PROVISIONING_TOKEN_BYTES));
const JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhZGEifQ.dGhpc2lzbm90YXNpZ25hdHVyZQ";

describe("what is found", () => {
  it.each([
    { text: "ada@example.com", is: ["email: ada@example.com"] },
    { text: "asked by <ada.l+x@mail.example.co.uk>.", is: ["email: ada.l+x@mail.example.co.uk"] },
    { text: "a@b.io, c@d.io", is: ["email: a@b.io", "email: c@d.io"] },
    { text: "'jürgen@example.de'", is: ["email: jürgen@example.de"] },
    { text: "call +49 30 1234567 now", is: ["phone: +49 30 1234567"] },
    { text: "tel:+14155552671", is: ["phone: +14155552671"] },
    { text: "+1 (415) 555-2671.", is: ["phone: +1 (415) 555-2671"] },
    { text: "(415) 555-2671", is: ["phone: (415) 555-2671"] },
    { text: "to DE89370400440532013000,", is: ["iban: DE89370400440532013000"] },
    { text: "GB29 NWBK 6016 1331 9268 19", is: ["iban: GB29 NWBK 6016 1331 9268 19"] },
    { text: "NO9386011117947", is: ["iban: NO9386011117947"] },
    { text: "card 4111 1111 1111 1111 exp 12/27", is: ["card: 4111 1111 1111 1111"] },
    { text: "5555555555554444", is: ["card: 5555555555554444"] },
    { text: "3782-822463-10005", is: ["card: 3782-822463-10005"] },
    { text: "from 203.0.113.9:443", is: ["ip: 203.0.113.9"] },
    { text: "http://198.51.100.7/x", is: ["ip: 198.51.100.7"] },
    { text: "[2001:db8::8a2e:370:7334]", is: ["ip: 2001:db8::8a2e:370:7334"] },
    { text: "2001:db8:0:0:1:0:0:1.", is: ["ip: 2001:db8:0:0:1:0:0:1"] },
    { text: `token ${JWT}`, is: [`secret: ${JWT}`] },
    { text: "Authorization: Bearer q8s7df6g5h4j3k2l", is: ["secret: q8s7df6g5h4j3k2l"] },
    { text: "authorization: basic YWRhOnNlY3JldA==", is: ["secret: YWRhOnNlY3JldA=="] },
    { text: `?key=${SDK_KEY}&x=1`, is: [`secret: ${SDK_KEY}`] },
    { text: `rotated ${TOKEN}.`, is: [`secret: ${TOKEN}`] },
    { text: `the directory has ${DIRECTORY_TOKEN}`, is: [`secret: ${DIRECTORY_TOKEN}`] },
    { text: `?token=${DIRECTORY_TOKEN}`, is: [`secret: ${DIRECTORY_TOKEN}`] },
    {
      text: "ghp_16C7e42F292c6912E7710c838347Ae178B4a",
      is: ["secret: ghp_16C7e42F292c6912E7710c838347Ae178B4a"],
    },
    {
      text: "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQ\n-----END PRIVATE KEY----- end",
      is: ["secret: -----BEGIN PRIVATE KEY-----\nMC4CAQAwBQ\n-----END PRIVATE KEY-----"],
    },
  ])("$text", ({ text, is }) => {
    expect(found(text)).toEqual(is);
  });
});

const HARMLESS = [
  "1.2.3",
  "1.0.0+20130313144700",
  "v1.2.3.4",
  "^10.2.0 || >=11",
  "Mozilla/5.0 Chrome/120.0.0.0 Safari/537.36",
  "2026-01-01T00:00:00+10:00",
  "2026-01-01",
  "12:34:56",
  "01.02.2026",
  "1767225600000",
  "1767225600000000",
  "49.90",
  "€ 1.299,00",
  "+12.500.000",
  "+12.5 %",
  "-0.003",
  "100000000",
  "10.0.0.0/8",
  "2001:db8::/32",
  "127.0.0.1",
  "0.0.0.0",
  "::1",
  "std::vector::begin",
  "aa:bb:cc:dd:ee:ff",
  "new-checkout-v2",
  "payment-processing",
  "user@localhost",
  "@openfeature/web-sdk",
  "@cloudflare/vitest-plugin@1.2.3",
  "icon@2x.png",
  "use a bearer token here",
  "Bearer realm",
  "basic auth",
  "4111 1111 1111 1112",
  "DE89370400440532013001",
  "de89370400440532013000abcdef",
  "ISO 27001, RFC 9457, EN 301 549",
  "order 4111111111111111111111111",
  "0.4111111111111111",
  "41111111-1111-4111-8111-111111111111",
  "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
  "/api/v1/projects/demo/environments/prod",
  "sy_client",
  "(200) of 300",
  "8 of 10, 12/27, 3-4-5",
];

describe("what is passed over", () => {
  it.each(HARMLESS)("%s", (text) => {
    expect(found(text)).toEqual([]);
    expect(maskText(text, "remove")).toBe(text);
  });

  it("2,000 each of UUIDs, hashes, ids in base 36, moments and prices", () => {
    const wrong: string[] = [];
    for (let index = 0; index < 2_000; index += 1) {
      const bytes = createHash("sha256").update(`harmless ${index}`).digest();
      const number = bytes.readUInt32BE(0);
      const texts = [
        randomUUID(),
        bytes.toString("hex"),
        bytes.toString("hex").slice(0, 40),
        bytes.toString("hex").slice(0, 32),
        bytes.toString("base64url"),
        number.toString(36).repeat(2),
        new Date(number * 400).toISOString(),
        String(1_600_000_000_000 + number),
        (number / 100).toFixed(2),
        `${number % 90}.${number % 70}.${number % 300}`,
      ];
      wrong.push(...texts.filter((text) => findPii(text).length > 0));
    }
    expect(wrong).toEqual([]);
  });
});

describe("masking", () => {
  it.each([
    { text: "ada@example.com", masked: "a***@example.com" },
    { text: "call +49 30 1234567 now", masked: "call +** ** *****67 now" },
    { text: "4111 1111 1111 1111", masked: "**** **** **** 1111" },
    { text: "DE89370400440532013000", masked: "DE******************00" },
    { text: "203.0.113.9:443", masked: "203.0.*.*:443" },
    { text: "2001:db8::1", masked: "2001:db8:*" },
    { text: "Bearer q8s7df6g5h4j3k2l", masked: "Bearer ***" },
    { text: SDK_KEY, masked: "sy_client_***" },
    { text: TOKEN, masked: "sym_***" },
    { text: DIRECTORY_TOKEN, masked: "syp_***" },
    { text: JWT, masked: "eyJ***" },
  ])("$text → $masked, and again the same", ({ text, masked }) => {
    expect(maskText(text)).toBe(masked);
    expect(maskText(masked)).toBe(masked);
  });

  it("removes to the kind alone, and leaves the words around", () => {
    expect(maskText("ada@example.com called +49301234567.", "remove")).toBe(
      "[email] called [phone].",
    );
    expect(maskText("ada@example.com", "off")).toBe("ada@example.com");
  });

  it("never shows the whole of a unit", () => {
    expect(maskUnit("ada")).toBe("a***");
    expect(maskUnit("ada@example.com")).toBe("a***@example.com");
    expect(maskUnit("x")).toBe("x***");
  });
});

describe("hostile texts", () => {
  const LENGTH = 200_000;
  it.each([
    "@",
    "a@",
    "a.",
    "+1",
    "+1 ",
    "(2",
    "1 ",
    "1-",
    "DE12",
    "DE12 ",
    "eyJ",
    "eyJ.",
    ":",
    "a:",
    "1.",
    "1:",
    "-----BEGIN ",
    "-----BEGIN PRIVATE KEY-----",
    "4",
    "bearer ",
    ".",
  ])("200,000 characters of %j are read before the test's time is up", (piece) => {
    // Were the time quadratic, this would take an hour.
    const text = piece.repeat(LENGTH / piece.length);
    expect(findPii(text).length).toBeLessThan(text.length);
  });
});
