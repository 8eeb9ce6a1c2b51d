import { Agent, request } from "node:http";
import { ADMIN_TOKEN } from "../test-secrets.ts";

export interface Answer {
  readonly status: number;
  readonly body: any;
}

/** The management API of a runtime that may be gone any moment: `null`, when no answer came. */
export function managementOf(url: string) {
  const agent = new Agent({ keepAlive: true });
  return (
    method: string,
    path: string,
    body?: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Answer | null> =>
    new Promise((resolve) => {
      const sent = request(
        `${url}${path}`,
        {
          method,
          agent,
          headers: {
            authorization: `Bearer ${ADMIN_TOKEN}`,
            "content-type": "application/json",
            ...headers,
          },
        },
        (response) => {
          const chunks: Buffer[] = [];
          response.on("data", (chunk: Buffer) => chunks.push(chunk));
          response.on("error", () => resolve(null));
          response.on("close", () => {
            if (!response.complete) resolve(null);
          });
          response.on("end", () => {
            if (!response.complete) return resolve(null);
            const text = Buffer.concat(chunks).toString();
            resolve({ status: response.statusCode ?? 0, body: JSON.parse(text || "null") });
          });
        },
      );
      sent.on("error", () => resolve(null));
      sent.end(body === undefined ? undefined : JSON.stringify(body));
    });
}

export type Management = ReturnType<typeof managementOf>;
