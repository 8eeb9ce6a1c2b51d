import { isRecord } from "../../src/core/json.ts";

export const SHOWN_FLAG = "payment-processing-v2";

const CANDIDATES = 200;

/**
 * A user for the first `curl`: one whom the rollout to premium customers has reached, so that
 * the answer shows targeting at work. Any user, when the flag was changed and nobody is in.
 */
export async function pickUser(url: string, serverKey: string): Promise<string> {
  for (let number = 1; number <= CANDIDATES; number += 1) {
    const user = `user-${number}`;
    const response = await fetch(`${url}/ofrep/v1/evaluate/flags/${SHOWN_FLAG}`, {
      method: "POST",
      headers: { authorization: `Bearer ${serverKey}`, "content-type": "application/json" },
      body: JSON.stringify({ context: { targetingKey: user, customer_tier: "premium" } }),
    });
    const answer: unknown = await response.json();
    if (!response.ok || !isRecord(answer)) break;
    if (answer["variant"] === "enhanced") return user;
    if (answer["reason"] !== "SPLIT") break;
  }
  return "user-1";
}
