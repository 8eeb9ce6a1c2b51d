import * as fc from "fast-check";
import { expect, it } from "vitest";
import { HeaderSheet } from "../../../../workers/edge/header-sheet.ts";

const ALWAYS = { "access-control-allow-origin": "*", "x-content-type-options": "nosniff" };
const fresh = (own: Readonly<Record<string, string>>) => [...new Headers({ ...ALWAYS, ...own })];

/** One answer's headers. */
function onto(sheet: HeaderSheet, headers: Readonly<Record<string, string>>): Headers {
  sheet.begin();
  for (const [name, value] of Object.entries(headers)) sheet.put(name, value);
  return sheet.end();
}

const own = fc.dictionary(
  fc.constantFrom("etag", "retry-after", "x-request-id", "cache-control", "content-type"),
  fc.constantFrom("", "1", "2", "no-store"),
);

it("has for each answer just its own headers, whatever the answers before it had", () => {
  fc.assert(
    fc.property(fc.array(own, { maxLength: 20 }), (answers) => {
      const sheet = new HeaderSheet(ALWAYS);
      for (const each of answers) {
        const { headers } = new Response(null, { headers: onto(sheet, each) });
        expect([...headers]).toEqual(fresh(each));
      }
    }),
  );
});

it("changes no answer that was made with it before", () => {
  const sheet = new HeaderSheet(ALWAYS);
  const first = new Response(null, { headers: onto(sheet, { etag: "1" }) });
  const second = new Response(null, { headers: onto(sheet, { etag: "2", "retry-after": "1" }) });
  expect([...first.headers]).toEqual(fresh({ etag: "1" }));
  expect([...second.headers]).toEqual(fresh({ etag: "2", "retry-after": "1" }));
});

it("keeps nothing of an answer that cannot be sent", () => {
  const sheet = new HeaderSheet(ALWAYS);
  onto(sheet, { etag: "1" });
  expect(() => onto(sheet, { "retry-after": "1", vary: "line\nbreak" })).toThrow(TypeError);
  expect([...new Headers(onto(sheet, { etag: "2" }))]).toEqual(fresh({ etag: "2" }));
  expect([...new Headers(onto(sheet, {}))]).toEqual(fresh({}));
});
