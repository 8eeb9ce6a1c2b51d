import { sha256Hex } from "./native-sha256.ts";

const known = new Map<string, string>();

/** The same names as the core's own, of which there are few, and which are asked for all the time. */
export function signingKeyId(publicKey: string): string {
  const id = known.get(publicKey) ?? sha256Hex(Buffer.from(publicKey, "hex")).slice(0, 16);
  known.set(publicKey, id);
  return id;
}
