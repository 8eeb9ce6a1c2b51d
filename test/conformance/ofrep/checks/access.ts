import { type Answer, itemsOf } from "../answer.ts";
import { type Check, expectThat, Skipped } from "../check.ts";
import { settled, type Target } from "../target.ts";
import { expectJson, expectSuccess } from "./shapes.ts";

/** Some clients read the body before they look at the status, so that it is never empty. */
function expectUnauthorized(answer: Answer, about: string): void {
  const body = expectJson(answer, 401, about);
  expectThat(Object.keys(body).length > 0, `a body that says something ${about}`, answer.text);
}

async function checkRevoked(target: Target): Promise<readonly string[]> {
  const { client, prefix, revokedKey, changes } = target;
  const ask = (key: string) => client.single(`${prefix}string`, { key });
  if (revokedKey !== undefined) expectUnauthorized(await ask(revokedKey), "with a revoked key");
  if (changes !== undefined) {
    const issued = await changes.issueServerKey();
    const { key } = issued;
    const before = await settled(
      target,
      () => ask(key),
      ({ status }) => status === 200,
    );
    expectThat(before.status === 200, "200 with a new key", `${before.status} ${before.text}`);
    await issued.revoke();
    const after = await settled(
      target,
      () => ask(key),
      ({ status }) => status !== 200,
    );
    expectUnauthorized(after, "with a key that was revoked just now");
  }
  if (revokedKey !== undefined || changes !== undefined) return [];
  return ["a revoked key (name one with --revoked-key)"];
}

export const accessChecks: readonly Check[] = [
  {
    id: "C14",
    title: "401 with a JSON object without a key, with a wrong one and with a revoked one",
    run: async (target) => {
      const { client, prefix, serverKey } = target;
      const flag = `${prefix}string`;
      // The same length, so that it is the content that is refused.
      const wrong = `${serverKey.slice(0, -1)}${serverKey.endsWith("x") ? "y" : "x"}`;
      for (const [key, about] of [
        [null, "without a key"],
        ["wrong", "with a word instead of a key"],
        [wrong, "with a key that has a typing error"],
      ] as const) {
        expectUnauthorized(await client.single(flag, { key }), `${about}, single`);
        expectUnauthorized(await client.bulk({ key }), `${about}, bulk`);
      }
      return await checkRevoked(target);
    },
  },
  {
    id: "C15",
    title: "403 for a client key on a server-only flag, which its bulk leaves out",
    run: async ({ client, prefix, clientKey: key }) => {
      if (key === undefined) throw new Skipped("no client key; name one with --client-key");
      const [hidden, visible] = [`${prefix}server-only`, `${prefix}string`];
      expectSuccess(await client.single(visible, { key }), visible);
      expectJson(await client.single(hidden, { key }), 403, "for a server-only flag");
      const keys = itemsOf(await client.bulk({ key })).map((item) => item["key"]);
      expectThat(keys.includes(visible), `${visible} in the client's bulk`, keys);
      expectThat(!keys.includes(hidden), `no ${hidden} in the client's bulk`, keys);
    },
  },
  {
    id: "C16",
    title: "the key works as bearer, bare and as X-API-Key, with equal answers",
    run: async ({ client, prefix, serverKey }) => {
      const flag = `${prefix}string`;
      const { text } = await client.single(flag);
      for (const headers of [
        { authorization: serverKey },
        { "x-api-key": serverKey },
        { authorization: `bearer ${serverKey}` },
      ]) {
        const answer = await client.single(flag, { key: null, headers });
        const [name] = Object.entries(headers).map((pair) => pair.join(": ").split(serverKey)[0]);
        expectThat(
          answer.status === 200 && answer.text === text,
          `${text} with "${name}<key>"`,
          `${answer.status} ${answer.text}`,
        );
      }
    },
  },
  {
    id: "C17",
    title: "the key alone selects the environment",
    run: async ({ client, prefix, otherKey: key }) => {
      if (key === undefined) {
        throw new Skipped("no key of the second environment; name one with --other-key");
      }
      const flag = `${prefix}where`;
      const here = expectSuccess(await client.single(flag), flag);
      const there = expectSuccess(await client.single(flag, { key }), flag);
      expectThat(here["value"] === "first environment", "the first environment's value", here);
      expectThat(there["value"] === "second environment", "the second environment's value", there);
      const others = itemsOf(await client.bulk({ key })).map((item) => item["key"]);
      expectThat(
        others.includes(flag) && !others.includes(`${prefix}string`),
        "only the second environment's flags in its bulk",
        others,
      );
    },
  },
];
