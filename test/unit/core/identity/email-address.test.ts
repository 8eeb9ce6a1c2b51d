import { describe, expect, it } from "vitest";
import { isEmailAddress } from "../../../../src/core/identity/email-address.ts";

describe("an e-mail address", () => {
  it.each(["a@b", "ada@example.com", "ada.l+x@sub.example.co.uk", "köln@straße.de", "o'n@x.ie"])(
    "can be %s",
    (text) => {
      expect(isEmailAddress(text)).toBe(true);
    },
  );

  it.each([
    "",
    "ada",
    "ada@",
    "@example.com",
    "a@b@c",
    "ada @example.com",
    "ada@example..com",
    "ada@.com",
    "a@b.com,c@d.com",
    "Ada <ada@example.com>",
    "ada@example.com\nBcc: eve@example.com",
    `${"a".repeat(250)}@b.de`,
  ])("cannot be %j", (text) => {
    expect(isEmailAddress(text)).toBe(false);
  });
});
