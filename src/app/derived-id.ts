import { sha256Hex } from "../core/hash/sha256.ts";

/**
 * An id that a repeated request arrives at again, so that the repetition is recognised:
 * 16 lower-case hexadecimal digits.
 */
export const derivedId = (commandId: string): string => sha256Hex(commandId).slice(0, 16);
