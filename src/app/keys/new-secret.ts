import type { EnvironmentId } from "../../core/brand.ts";
import {
  SDK_KEY_RANDOM_BYTES,
  formatSdkKey,
  sdkKeyHash,
  sdkKeyHint,
} from "../../core/keys/sdk-key.ts";
import type { SdkKeyKind } from "../../core/keys/sdk-key.ts";

export interface NewSecret {
  /** The key itself: handed to the caller, stored nowhere. */
  readonly text: string;
  readonly hash: string;
  readonly hint: string;
}

export function newSecret(
  kind: SdkKeyKind,
  environmentId: EnvironmentId,
  randomBytes: (length: number) => Uint8Array,
): NewSecret {
  const text = formatSdkKey(kind, environmentId, randomBytes(SDK_KEY_RANDOM_BYTES));
  return { text, hash: sdkKeyHash(text), hint: sdkKeyHint(text) };
}
