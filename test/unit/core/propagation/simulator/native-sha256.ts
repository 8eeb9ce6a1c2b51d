import { createHash, hash } from "node:crypto";

// The same digests as the core's own, which thousands of histories would wait for.

export const sha256 = (input: Uint8Array | string): Uint8Array =>
  createHash("sha256").update(input).digest();

export const sha256Hex = (input: Uint8Array | string): string => hash("sha256", input, "hex");
