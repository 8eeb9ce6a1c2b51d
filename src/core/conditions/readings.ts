import { parseAddress } from "./ip.ts";
import type { Address } from "./ip.ts";
import { parseInstant } from "./iso-date.ts";
import { foldCase } from "./fold-case.ts";
import { parseSemVer, plainRank } from "./semver.ts";
import type { SemVer } from "./semver.ts";

class Readings {
  #rankText: string | undefined;
  #rank = Number.NaN;
  #versionText: string | undefined;
  #version: SemVer | undefined;
  #instantText: string | undefined;
  #instant = Number.NaN;
  #addressText: string | undefined;
  #address: Address | undefined;
  #foldText: string | undefined;
  #folded = "";

  /** The rank among plain versions; `NaN` when it is none of them. */
  plainRank(text: string): number {
    if (text !== this.#rankText) {
      this.#rankText = text;
      this.#rank = plainRank(text);
    }
    return this.#rank;
  }

  /** `undefined` when the text is no SemVer 2.0 version. */
  version(text: string): SemVer | undefined {
    if (text !== this.#versionText) {
      this.#versionText = text;
      const parsed = parseSemVer(text);
      this.#version = parsed.ok ? parsed.value : undefined;
    }
    return this.#version;
  }

  /** Milliseconds since the Unix epoch; `NaN`, which nothing is before or after, if unreadable. */
  instant(text: string): number {
    if (text !== this.#instantText) {
      const parsed = parseInstant(text);
      this.#instantText = text;
      this.#instant = parsed.ok ? parsed.value : Number.NaN;
    }
    return this.#instant;
  }

  /** `undefined` when the text is no IPv4 or IPv6 address. */
  address(text: string): Address | undefined {
    if (text !== this.#addressText) {
      const parsed = parseAddress(text);
      this.#addressText = text;
      this.#address = parsed.ok ? parsed.value : undefined;
    }
    return this.#address;
  }

  folded(text: string): string {
    if (text !== this.#foldText) {
      this.#foldText = text;
      this.#folded = foldCase(text);
    }
    return this.#folded;
  }
}

/**
 * Texts read as versions, instants, addresses and in lower case. The last of each kind is kept, since
 * many rules ask for the same attribute one after the other. It outlives a call, and may: what is
 * read depends on nothing but the text.
 */
export const readings = /* @__PURE__ */ new Readings();
