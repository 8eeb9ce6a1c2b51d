import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseIpAddress } from "../../../../src/core/network-safety/ip-address.ts";
import { networkOf } from "../../../../src/core/network-safety/network-of.ts";
import { checkOutgoingUrl } from "../../../../src/core/network-safety/outgoing-url.ts";
import { isPublicAddress } from "../../../../src/core/network-safety/public-address.ts";
import { ALLOWED, FORBIDDEN, OWN_HOSTS } from "./urls.ts";

const isAllowed = (url: string) =>
  URL.canParse(url) && checkOutgoingUrl(new URL(url), { ownHosts: OWN_HOSTS }).ok;

describe("a URL that someone else chose", () => {
  it("is tried in more than 300 forms that lead where it must not", () => {
    expect(FORBIDDEN.length).toBeGreaterThan(600);
  });

  it.each(FORBIDDEN)("%j is refused", (url) => {
    expect(isAllowed(url)).toBe(false);
  });

  it.each(ALLOWED)("%j may be asked", (url) => {
    expect(isAllowed(url)).toBe(true);
  });

  it("may name another port where that is allowed", () => {
    const url = new URL("https://example.com:8443/");
    expect(checkOutgoingUrl(url)).toEqual({ ok: false, error: { kind: "port", port: "8443" } });
    expect(checkOutgoingUrl(url, { ports: [8443] }).ok).toBe(true);
  });

  it("says whether an address or a name is to be asked", () => {
    expect(checkOutgoingUrl(new URL("https://Example.com."))).toEqual({
      ok: true,
      value: { kind: "name", host: "example.com" },
    });
    expect(checkOutgoingUrl(new URL("https://[2606:4700:4700::1111]/"))).toEqual({
      ok: true,
      value: { kind: "address", host: "2606:4700:4700::1111" },
    });
  });

  it.each(["0177.0.0.1", "0x7f.0.0.1", "2130706433", "127.1"])(
    "is not trusted where the parser left %s as it was",
    (hostname) => {
      const parts = { protocol: "https:", username: "", password: "", port: "" };
      const error = { kind: "not-a-host", host: hostname };
      expect(checkOutgoingUrl({ ...parts, hostname })).toEqual({ ok: false, error });
    },
  );
});

describe("an address", () => {
  it("has the bytes that its text says", () => {
    expect(parseIpAddress("192.0.2.7")).toEqual([192, 0, 2, 7]);
    expect(parseIpAddress("::ffff:192.0.2.7")).toEqual([
      0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 192, 0, 2, 7,
    ]);
    expect(parseIpAddress("2001:db8::1")).toEqual([
      0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1,
    ]);
  });

  it("that is embedded in one of IPv6 is never public", () => {
    fc.assert(
      fc.property(fc.ipV4(), (inner) => {
        for (const prefix of ["::", "::ffff:", "64:ff9b::", "64:ff9b:1::"]) {
          expect(isPublicAddress(parseIpAddress(`${prefix}${inner}`)!)).toBe(false);
        }
      }),
    );
  });

  it("of one client's network is one, and of another's another", () => {
    expect(networkOf("192.0.2.7")).toBe("192.0.2.7");
    expect(networkOf(" 2001:db8:1:2:3::4 ")).toBe("2001:db8:1:2::/64");
    expect(networkOf("2001:db8:1:2:ffff::")).toBe("2001:db8:1:2::/64");
    expect(networkOf("2001:db8:1:3::")).toBe("2001:db8:1:3::/64");
    expect(networkOf("someone else")).toBeNull();
  });
});
