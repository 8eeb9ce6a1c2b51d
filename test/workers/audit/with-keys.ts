import { env } from "cloudflare:workers";
import { appWith } from "../control/an-app.ts";
import { call, type Sent } from "../control/api.ts";

export const DAY_MS = 86_400_000;

export const newKey = (id: string) =>
  `${id}:${btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(32))))}`;

/** The API with these keys, and with a clock that is so many days ahead. */
export function withKeys(keys: string, days = 0) {
  const now = () => Date.now() + days * DAY_MS;
  const { fetch } = appWith({ now }, { ...env, AUDIT_KEYS: keys });
  return (id: Parameters<typeof call>[0], sent: Sent = {}) => call(id, sent, fetch);
}
