import { isRecord, type UnknownRecord } from "../../../../src/core/json.ts";
import { type Answer, bodyOf } from "../answer.ts";
import { expectThat } from "../check.ts";

const isText = (value: unknown): value is string => typeof value === "string" && value !== "";

/** An answer with this status and a JSON object that says so. */
export function expectJson(answer: Answer, status: number, about: string): UnknownRecord {
  const came = `${answer.status} ${answer.text}`;
  expectThat(answer.status === status, `${status} ${about}`, came);
  const type = answer.headers.get("content-type") ?? "no content type";
  expectThat(/^application\/(?:[\w.+-]*\+)?json\b/i.test(type), `JSON ${about}`, type);
  const body = bodyOf(answer);
  expectThat(body !== undefined, `a JSON object ${about}`, came);
  return body;
}

/** The shape of a success that every known client reads. */
export function expectSuccess(answer: Answer, key: string): UnknownRecord {
  const body = expectJson(answer, 200, `for flag ${key}`);
  expectSuccessItem(body, key);
  return body;
}

function expectSuccessItem(body: UnknownRecord, key: string): void {
  expectThat(body["key"] === key, `key "${key}"`, body);
  expectThat(
    Object.hasOwn(body, "value") && body["value"] !== null,
    `a value for flag ${key}`,
    body,
  );
  expectThat(isText(body["reason"]), `a reason for flag ${key}`, body);
  expectThat(isText(body["variant"]), `a variant that is not empty for flag ${key}`, body);
  const { metadata } = body;
  expectThat(isRecord(metadata), `metadata for flag ${key}`, body);
  expectThat(
    Object.values(metadata).every((value) =>
      ["string", "number", "boolean"].includes(typeof value),
    ),
    `flat metadata without null for flag ${key}`,
    metadata,
  );
}

/** An error that JavaScript clients believe (key and code) and Python clients can read (details). */
export function expectError(answer: Answer, status: number, code: string, key?: string): void {
  const what = key === undefined ? code : `${code} for flag ${key}`;
  const body = expectJson(answer, status, what);
  expectThat(body["errorCode"] === code, `errorCode ${what}`, body);
  expectThat(isText(body["errorDetails"]), `errorDetails with ${what}`, body);
  if (key !== undefined) expectThat(body["key"] === key, `key "${key}" beside the code`, body);
}

/** The member `value` as it was written, if it is a number. */
export function numberText(answer: Answer): string {
  return /"value"\s*:\s*([-+\d.eE]+)/.exec(answer.text)?.[1] ?? answer.text;
}
