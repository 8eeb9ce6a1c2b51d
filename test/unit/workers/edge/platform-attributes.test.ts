import { describe, expect, it } from "vitest";
import { epochMs } from "../../../../src/core/brand.ts";
import { areOfOneShape } from "../../same-shape.ts";
import {
  deviceOf,
  platformAttributes,
  RequestMoment,
} from "../../../../workers/edge/platform-attributes.ts";

const url = "https://edge.example/ofrep/v1/evaluate/flags";
const MAC = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)";
const WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64)";
const ANDROID = "Mozilla/5.0 (Linux; Android 10; K)";
const KHTML = "AppleWebKit/537.36 (KHTML, like Gecko)";
const IPHONE =
  "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)";

const brands = (brand: string) => `"Chromium";v="128", "Not;A=Brand";v="24", "${brand}";v="128"`;

const from = (cf: unknown) => Object.assign(new Request(url), { cf }) as never;

describe("a User-Agent", () => {
  it.each([
    [
      "Chrome on Windows",
      `${WINDOWS} ${KHTML} Chrome/128.0.0.0 Safari/537.36`,
      "desktop",
      "windows",
      "chrome",
    ],
    [
      "Edge on Windows",
      `${WINDOWS} ${KHTML} Chrome/128.0.0.0 Safari/537.36 Edg/128.0.0.0`,
      "desktop",
      "windows",
      "edge",
    ],
    [
      "Opera on Windows",
      `${WINDOWS} ${KHTML} Chrome/126.0.0.0 Safari/537.36 OPR/112.0.0.0`,
      "desktop",
      "windows",
      "opera",
    ],
    [
      "Firefox on Linux",
      "Mozilla/5.0 (X11; Linux x86_64; rv:129.0) Gecko/20100101 Firefox/129.0",
      "desktop",
      "linux",
      "firefox",
    ],
    [
      "Safari on a Mac",
      `${MAC} AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.6 Safari/605.1.15`,
      "desktop",
      "macos",
      "safari",
    ],
    [
      "Chrome on a Chromebook",
      `Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) ${KHTML} Chrome/128.0.0.0 Safari/537.36`,
      "desktop",
      "chromeos",
      "chrome",
    ],
    [
      "Safari on an iPhone",
      `${IPHONE} Version/17.5 Mobile/15E148 Safari/604.1`,
      "mobile",
      "ios",
      "safari",
    ],
    [
      "Chrome on an iPhone",
      `${IPHONE} CriOS/128.0.6613.98 Mobile/15E148 Safari/604.1`,
      "mobile",
      "ios",
      "chrome",
    ],
    [
      "Firefox on an iPhone",
      `${IPHONE} FxiOS/129.0 Mobile/15E148 Safari/605.1.15`,
      "mobile",
      "ios",
      "firefox",
    ],
    [
      "Safari on an iPad",
      "Mozilla/5.0 (iPad; CPU OS 16_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/16.6 Mobile/15E148 Safari/604.1",
      "tablet",
      "ios",
      "safari",
    ],
    [
      "Chrome on an Android phone",
      `${ANDROID} ${KHTML} Chrome/128.0.0.0 Mobile Safari/537.36`,
      "mobile",
      "android",
      "chrome",
    ],
    [
      "Samsung's on an Android phone",
      `${ANDROID} ${KHTML} SamsungBrowser/26.0 Chrome/122.0.0.0 Mobile Safari/537.36`,
      "mobile",
      "android",
      "samsung-internet",
    ],
    [
      "Chrome on an Android tablet",
      `Mozilla/5.0 (Linux; Android 13; SM-X906C) ${KHTML} Chrome/128.0.0.0 Safari/537.36`,
      "tablet",
      "android",
      "chrome",
    ],
    [
      "Firefox on an Android phone",
      "Mozilla/5.0 (Android 14; Mobile; rv:129.0) Gecko/129.0 Firefox/129.0",
      "mobile",
      "android",
      "firefox",
    ],
    [
      "a Samsung television",
      `Mozilla/5.0 (SMART-TV; LINUX; Tizen 6.0) ${KHTML} 76.0.3809.146/6.0 TV Safari/537.36`,
      "tv",
      "tizen",
      undefined,
    ],
    [
      "a robot",
      `Mozilla/5.0 (Linux; Android 6.0.1; Nexus 5X Build/MMB29P) ${KHTML} Chrome/128.0.0.0 Mobile Safari/537.36 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)`,
      "bot",
      "android",
      "chrome",
    ],
    ["a program", "node", undefined, undefined, undefined],
    ["an app's library", "okhttp/4.12.0", undefined, undefined, undefined],
    ["nothing", "", undefined, undefined, undefined],
  ])("of %s is read", (_name, userAgent, type, os, browser) => {
    expect(deviceOf(new Headers({ "user-agent": userAgent }))).toEqual({ type, os, browser });
  });

  it("that is very long costs no more than a short one and is read all the same", () => {
    const padded = `${WINDOWS} ${"(".repeat(30_000)} Chrome/128.0.0.0`;
    expect(deviceOf(new Headers({ "user-agent": padded }))).toMatchObject({ os: "windows" });
  });
});

describe("client hints", () => {
  it.each([
    {
      name: "a phone",
      hints: ["?1", '"Android"', "Google Chrome"],
      device: { type: "mobile", os: "android", browser: "chrome" },
    },
    {
      name: "a tablet",
      hints: ["?0", '"Android"', "Google Chrome"],
      device: { type: "tablet", os: "android", browser: "chrome" },
    },
    {
      name: "Edge on a Mac",
      hints: ["?0", '"macOS"', "Microsoft Edge"],
      device: { type: "desktop", os: "macos", browser: "edge" },
    },
  ])("of $name win over a User-Agent that says otherwise", ({ hints, device }) => {
    const [mobile = "", platform = "", brand = ""] = hints;
    const headers = new Headers({
      "sec-ch-ua-mobile": mobile,
      "sec-ch-ua-platform": platform,
      "sec-ch-ua": brands(brand),
      "user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:129.0) Gecko/20100101 Firefox/129.0",
    });
    expect(deviceOf(headers)).toEqual(device);
  });

  it("that are unknown leave the User-Agent's word", () => {
    const headers = new Headers({
      "sec-ch-ua-platform": '"Unknown"',
      "sec-ch-ua": '"Brandless";v="1"',
      "user-agent": `${WINDOWS} ${KHTML} Chrome/128.0.0.0 Safari/537.36`,
    });
    expect(deviceOf(headers)).toEqual({ type: "desktop", os: "windows", browser: "chrome" });
  });
});

describe("what the platform vouches for", () => {
  it("is the place of the request, without what is unknown", () => {
    const cf = {
      country: "DE",
      region: "Berlin",
      city: "",
      continent: "EU",
      colo: "TXL",
      asn: 3320,
    };
    expect(platformAttributes(from({ ...cf, timezone: "Europe/Berlin" }))).toEqual({
      "$geo.country": "DE",
      "$geo.region": "Berlin",
      "$geo.continent": "EU",
      "$geo.colo": "TXL",
      "$geo.timezone": "Europe/Berlin",
    });
  });

  it("is nothing where the platform says nothing", () => {
    expect(platformAttributes(from(undefined))).toEqual({});
  });

  it("is not asked for a request that came from a server", () => {
    const now = epochMs(1_767_268_800_000);
    expect(new RequestMoment(now, undefined)).toMatchObject({ now, platform: {} });
    expect(new RequestMoment(now, from({ country: "DE" })).platform).toEqual({
      "$geo.country": "DE",
    });
  });

  it("has one moment kept of the shape that all have", () => {
    for (const client of [undefined, from({ country: "DE" })]) {
      const made = new RequestMoment(epochMs(Date.now()), client);
      expect(made.platform).toBeDefined();
      expect(areOfOneShape(RequestMoment.kept, made)).toBe(true);
    }
  });
});
