import { exports } from "cloudflare:workers";
import { expect, it } from "vitest";
import { done } from "../control/api.ts";

const CHUNK = new Uint8Array(16_384).fill(0x61);

/** A body that would go on for 64 MiB, and how much of it was taken. */
function endless() {
  const taken = { bytes: 0 };
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      taken.bytes += CHUNK.byteLength;
      controller.enqueue(CHUNK);
      if (taken.bytes >= 64 * 1_048_576) controller.close();
    },
  });
  return { body, taken };
}

const post = (path: string, body: BodyInit, headers: HeadersInit) =>
  exports.default.fetch(
    new Request(`https://flags.example${path}`, { method: "POST", body, headers }),
  );

it("reads no more of a provider's form than it may have", async () => {
  const { body, taken } = endless();
  const type = { "content-type": "application/x-www-form-urlencoded" };
  const response = await post("/api/auth/sso/saml2/nobody", body, type);
  expect(response.status).toBe(413);
  expect(await response.json()).toMatchObject({
    code: "request.too-large",
    limitBytes: 524_288,
  });
  expect(taken.bytes).toBeLessThan(4 * 1_048_576);
});

it("reads no more of a directory's request than it may have, in bytes", async () => {
  const { body: token } = await done("provisioning.issue", { body: { name: "directory" } });
  const headers = {
    authorization: `Bearer ${token.secret}`,
    "content-type": "application/scim+json",
  };
  const { body, taken } = endless();
  const response = await post("/scim/v2/Users", body, headers);
  expect(response.status).toBe(413);
  expect(taken.bytes).toBeLessThan(8 * 1_048_576);
  // Fewer characters than the bound, and more bytes.
  expect((await post("/scim/v2/Users", "é".repeat(600_000), headers)).status).toBe(413);
});
