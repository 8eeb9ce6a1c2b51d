import { type Answer } from "../answer.ts";
import { type Check, expectThat } from "../check.ts";
import { expectSuccess } from "./shapes.ts";

const ORIGIN = "https://shop.example";
const BULK = "/ofrep/v1/evaluate/flags";

/** What browsers announce, by how the key is sent and whether a tag is repeated. */
const HEADER_SETS = ["authorization", "x-api-key", ""].flatMap((key) =>
  ["content-type", "content-type,if-none-match"].map((rest) =>
    key === "" ? rest : `${key},${rest}`,
  ),
);

function listIn(answer: Answer, header: string): readonly string[] {
  const value = answer.headers.get(header) ?? "";
  return value.split(",").map((item) => item.trim().toLowerCase());
}

function expectOriginAllowed(answer: Answer, about: string): void {
  const allowed = answer.headers.get("access-control-allow-origin");
  expectThat(
    allowed === "*" || allowed === ORIGIN,
    `Access-Control-Allow-Origin ${about}`,
    allowed,
  );
}

export const reachChecks: readonly Check[] = [
  {
    id: "C25",
    title: "browsers may send every header and read ETag, Retry-After and errors",
    run: async ({ client, prefix }) => {
      const paths = [BULK, `${BULK}/${prefix}string`];
      for (const path of paths) {
        for (const wanted of HEADER_SETS) {
          const headers = {
            origin: ORIGIN,
            "access-control-request-method": "POST",
            "access-control-request-headers": wanted,
          };
          const answer = await client.send("other", { method: "OPTIONS", path, headers });
          const about = `for a preflight with ${wanted}`;
          const isOk = answer.status >= 200 && answer.status < 300;
          expectThat(isOk, `2xx without a key ${about}`, answer.status);
          expectOriginAllowed(answer, about);
          const allowed = listIn(answer, "access-control-allow-headers");
          // The star does not stand for `authorization`.
          const isAllowed = (name: string) =>
            allowed.includes(name) || (allowed.includes("*") && name !== "authorization");
          const missing = wanted.split(",").filter((name) => !isAllowed(name));
          expectThat(missing.length === 0, `Access-Control-Allow-Headers ${about}`, allowed);
        }
      }
      const headers = { origin: ORIGIN };
      const bulk = await client.bulk({ headers });
      const exposed = listIn(bulk, "access-control-expose-headers");
      for (const name of ["etag", "retry-after"]) {
        expectThat(exposed.includes(name) || exposed.includes("*"), `${name} exposed`, exposed);
      }
      for (const answer of [
        bulk,
        await client.bulk({ headers, key: null }),
        await client.bulk({ headers, body: "{" }),
        await client.single(`${prefix}nobody-made-this-flag`, { headers }),
      ]) {
        expectOriginAllowed(answer, `on ${answer.status}`);
      }
    },
  },
  {
    id: "C26",
    title: "a doubled slash, a slash at the end and an encoded key mean the same",
    run: async ({ client, prefix }) => {
      const key = `${prefix}dotted.key_1`;
      const path = `${BULK}/${key}`;
      const { text } = await client.single(key);
      for (const other of [`/${path}`, `${path}/`, `${BULK}/${encoded(key)}`]) {
        const answer = await client.post("single", other, {});
        expectSuccess(answer, key);
        expectThat(answer.text === text, `${text} at ${other}`, answer.text);
      }
      const bulk = await client.bulk();
      for (const other of [`/${BULK}`, `${BULK}/`]) {
        const answer = await client.post("bulk", other, {});
        expectThat(
          answer.status === 200 && answer.text === bulk.text,
          `the bulk at ${other}`,
          `${answer.status} ${answer.text}`,
        );
      }
    },
  },
];

/** Encodes what need not be encoded, as a careful client may. */
const encoded = (key: string): string =>
  key.replace(/[._]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);
