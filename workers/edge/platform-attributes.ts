import { type EpochMs, epochMs } from "../../src/core/brand.ts";
import type { EvaluationMoment, PlatformAttributes } from "../../src/core/evaluation/context.ts";
import { isRecord } from "../../src/core/json.ts";
import { type Device, type DeviceType, deviceOfUserAgent } from "./user-agent.ts";

/**
 * The moment of a request, and what the platform vouches for about who sent it.
 *
 * `$geo.*` and `$device.*` are of the machine at the other end. With a client key that is the
 * user's. With a server key it is a server asking on behalf of its users, and its place and
 * device would be wrong for all of them: they are absent then, and a server that knows its user's
 * country sends it as an attribute of its own. `$now` is there for both.
 *
 * Reading them is put off until a rule asks, which most never do.
 */
export class RequestMoment implements EvaluationMoment {
  /** As `Subject.kept`. A moment of today: engines tell small numbers from large ones. */
  static readonly kept = new RequestMoment(epochMs(1_800_000_000_000), undefined);

  readonly now: EpochMs;
  readonly #request: Request | undefined;
  #platform: PlatformAttributes | undefined;

  /** @param client the request, if it was sent by the user's own device. */
  constructor(now: EpochMs, client: Request | undefined) {
    this.now = now;
    this.#request = client;
    this.#platform = undefined;
  }

  get platform(): PlatformAttributes {
    this.#platform ??= this.#request === undefined ? {} : platformAttributes(this.#request);
    return this.#platform;
  }
}

/** What is known of the sender; unknown attributes are absent. */
export function platformAttributes(request: Request): PlatformAttributes {
  const attributes: Record<`$${string}`, string> = {};
  const place: unknown = request.cf;
  if (isRecord(place)) {
    for (const name of ["country", "region", "city", "continent", "colo", "timezone"] as const) {
      const value = place[name];
      if (typeof value === "string" && value !== "") attributes[`$geo.${name}`] = value;
    }
  }
  const device = deviceOf(request.headers);
  for (const name of ["type", "os", "browser"] as const) {
    const value = device[name];
    if (value !== undefined) attributes[`$device.${name}`] = value;
  }
  return attributes;
}

/** Client hints where the browser sends them, because it may freeze or fake its `User-Agent`. */
export function deviceOf(headers: Headers): Device {
  const guessed = deviceOfUserAgent(headers.get("user-agent") ?? "");
  const os = PLATFORM_HINTS.get(unquoted(headers.get("sec-ch-ua-platform"))) ?? guessed.os;
  return {
    type: hintedType(headers.get("sec-ch-ua-mobile"), os, guessed.type),
    os,
    browser: hintedBrowser(headers.get("sec-ch-ua")) ?? guessed.browser,
  };
}

const PLATFORM_HINTS: ReadonlyMap<string, string> = new Map([
  ["Android", "android"],
  ["Chrome OS", "chromeos"],
  ["Chromium OS", "chromeos"],
  ["iOS", "ios"],
  ["Linux", "linux"],
  ["macOS", "macos"],
  ["Windows", "windows"],
]);

/** In order: a browser names the one it is built on as well. */
const BRAND_HINTS = [
  ["Microsoft Edge", "edge"],
  ["Opera", "opera"],
  ["Samsung Internet", "samsung-internet"],
  ["Google Chrome", "chrome"],
  ["Chromium", "chrome"],
] as const;

function hintedBrowser(brands: string | null): string | undefined {
  return BRAND_HINTS.find(([brand]) => brands?.includes(`"${brand}"`))?.[1];
}

/** The hint knows only mobile or not: tablets, televisions and robots are told otherwise. */
function hintedType(
  mobile: string | null,
  os: string | undefined,
  guessed: DeviceType | undefined,
): DeviceType | undefined {
  if (guessed === "bot" || guessed === "tv" || guessed === "tablet") return guessed;
  if (mobile === "?1") return "mobile";
  if (mobile === "?0") return os === "android" ? "tablet" : "desktop";
  return guessed;
}

function unquoted(hint: string | null): string {
  return hint?.replace(/^"(.*)"$/, "$1") ?? "";
}
