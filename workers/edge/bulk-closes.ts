import type { EnvironmentId } from "../../src/core/brand.ts";
import type { SdkKeyEntry } from "../../src/core/documents/sdk-key-entry.ts";
import { fullClose } from "../../src/core/ofrep/bulk-answer.ts";
import type { HashedText } from "../../src/core/ofrep/entity-tag.ts";
import { streamUrl } from "../../src/core/ofrep/event-streams.ts";
import { streamToken } from "../../src/core/ofrep/stream-token.ts";

/** Remembers what browsers' bulk answers end with: it is long, and has a hash of a hash in it. */
export class BulkCloses {
  readonly #closes = new WeakMap<
    SdkKeyEntry,
    { readonly origin: string; readonly close: HashedText }
  >();

  /**
   * @param requestUrl the request's own; no header is believed.
   * @param named what the operator says instead, if anything; passed over if it is no URL.
   */
  of(
    environment: EnvironmentId,
    key: SdkKeyEntry,
    requestUrl: string,
    named = requestUrl,
  ): HashedText {
    const { origin } = URL.parse(named) ?? new URL(requestUrl);
    const remembered = this.#closes.get(key);
    if (remembered?.origin === origin) return remembered.close;
    const close = fullClose(environment, streamUrl(origin, streamToken(environment, key)));
    this.#closes.set(key, { origin, close });
    return close;
  }
}
