import { describe, expect, it } from "vitest";
import { createAdminClient } from "../../../src/sdk/admin/admin-client.ts";

describe("a file from the management API", () => {
  it("comes as its text, also when that is no JSON, and when it is", async () => {
    for (const text of ['"a","b"\n', '{"records":[\n]}\n']) {
      const headers = { "content-disposition": 'attachment; filename="audit.csv"' };
      const client = createAdminClient({
        baseUrl: "https://flags.example",
        token: "t",
        fetch: async () => new Response(text, { headers }),
      });
      const answer = await client.audit.export({ query: { format: "csv" } });
      expect(answer).toMatchObject({ ok: true, value: text });
    }
  });
});
