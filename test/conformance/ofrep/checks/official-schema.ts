import { bodyOf } from "../answer.ts";
import { type Check, expectThat } from "../check.ts";
import type { Exchange } from "../client.ts";
import { validate } from "../schema/json-schema.ts";
import { patchedSchema } from "../schema/patched-schema.ts";
import { pointed } from "../schema/json-schema.ts";
import { isRecord } from "../../../../src/core/json.ts";

export const schemaChecks: readonly Check[] = [
  {
    id: "C32",
    title: "every answer fits the official OpenAPI 0.3.0 with the recorded patches",
    run: async ({ client, prefix }) => {
      // Whatever ran before, each of these is among the answers.
      await client.bulk();
      await client.single(`${prefix}string`);
      await client.single(`${prefix}nobody-made-this-flag`);
      await client.bulk({ body: "{" });
      const document = patchedSchema();
      let fitting = 0;
      for (const exchange of client.exchanges) {
        const schema = schemaFor(document, exchange);
        if (schema === undefined) continue;
        const { request, answer } = exchange;
        const [first] = validate(document, schema, bodyOf(answer));
        const where = `${request.path} with ${answer.status}`;
        expectThat(
          first === undefined,
          `${where} to fit: ${first?.at} ${first?.message}`,
          answer.text,
        );
        fitting += 1;
      }
      expectThat(fitting > 0, "answers that the document defines", client.exchanges.length);
    },
  },
];

/** Undefined where the document defines no body, as for 401. */
function schemaFor(document: object, { kind, answer }: Exchange): unknown {
  if (kind === "other") return undefined;
  const responses = pointed(document, `/responses/${kind}`);
  return isRecord(responses) ? responses[String(answer.status)] : undefined;
}
