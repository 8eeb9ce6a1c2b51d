import { expect, it } from "vitest";
import { resolveOverHttps } from "../../../src/adapters/fetch/resolve-over-https.ts";

/** What the resolver says for a type of record, as it says it. */
const resolver = (said: Readonly<Record<string, unknown>>, status = 200) => {
  const asked: string[] = [];
  const resolve = resolveOverHttps((url) => {
    asked.push(url);
    const type = new URL(url).searchParams.get("type") ?? "";
    return Promise.resolve(Response.json(said[type] ?? { Status: 0 }, { status }));
  });
  return { asked, resolve };
};

it("answers with the addresses of a name, without the names on the way to them", async () => {
  const { asked, resolve } = resolver({
    A: {
      Status: 0,
      Answer: [
        { name: "hooks.example", type: 5, data: "edge.example." },
        { name: "edge.example", type: 1, data: "93.184.215.14" },
      ],
    },
    AAAA: { Status: 0, Answer: [{ name: "edge.example", type: 28, data: "2606:2800:21f::1" }] },
  });
  expect(await resolve("hooks.example")).toEqual(["93.184.215.14", "2606:2800:21f::1"]);
  expect(asked).toEqual([
    "https://cloudflare-dns.com/dns-query?name=hooks.example&type=A",
    "https://cloudflare-dns.com/dns-query?name=hooks.example&type=AAAA",
  ]);
});

it("finds no address where there is none, or where the answer is none", async () => {
  expect(await resolver({}).resolve("nobody.example")).toEqual([]);
  expect(await resolver({ A: { Answer: "all" }, AAAA: [] }).resolve("odd.example")).toEqual([]);
  expect(await resolver({ A: { Answer: [null, { type: 1 }] } }).resolve("odd.example")).toEqual([]);
});

it("says so when the resolver does not answer", async () => {
  await expect(resolver({}, 503).resolve("hooks.example")).rejects.toThrow("503");
});
