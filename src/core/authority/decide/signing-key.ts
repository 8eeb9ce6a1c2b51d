import { err, invariant } from "../../result.ts";
import { changeTo, type Decided, type DecisionContext } from "./decision.ts";

/** Keeps the key that was made for this. Those before it stay, because their endorsements count. */
export function rotateSigningKey({ signingKey: key, reason }: DecisionContext): Decided {
  if (reason === null) return err({ kind: "reason-required", command: "signing-key.rotate" });
  invariant(key !== null, "a signing key is rotated by whoever has made another one");
  return changeTo(undefined, { kind: "signing-key", key: key.id, document: key, archived: false });
}
