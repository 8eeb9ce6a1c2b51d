import { sha256Hex } from "../hash/sha256.ts";
import { hexOf } from "../hash/hex.ts";

const PREFIX = "syp_";

/** How many random bytes `formatProvisioningToken` wants. */
export const PROVISIONING_TOKEN_BYTES = 32;

/** The token of a directory: `syp_` and 64 hexadecimal digits. */
export const formatProvisioningToken = (random: Uint8Array): string => PREFIX + hexOf(random);

/** What is stored instead of a token. */
export const provisioningTokenHash = (token: string): string => sha256Hex(`provisioning:${token}`);

/** The last characters, for lists. */
export const provisioningTokenHint = (token: string): string => token.slice(-4);
