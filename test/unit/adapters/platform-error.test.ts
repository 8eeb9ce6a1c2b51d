import { expect, it } from "vitest";
import { classifyPlatformError, mayTryAgain } from "../../../src/adapters/platform-error.ts";

const marked = (message: string, marks: object = {}) => Object.assign(new Error(message), marks);

it.each([
  {
    name: "an overload, by its mark",
    error: marked("busy", { overloaded: true }),
    kind: "overloaded",
  },
  {
    name: "an overload that is marked retryable as well",
    error: marked("busy", { overloaded: true, retryable: true }),
    kind: "overloaded",
  },
  {
    name: "an overload, by its text",
    error: marked("Durable Object is overloaded. Too many requests queued."),
    kind: "overloaded",
  },
  {
    name: "too many calls to one object",
    error: marked("Too many requests for the same object within a 10 second window."),
    kind: "overloaded",
  },
  {
    name: "too many stubs",
    error: marked("Your account is generating too much load on Durable Objects."),
    kind: "overloaded",
  },
  {
    name: "a reset, by its mark",
    error: marked("gone", { durableObjectReset: true, retryable: true }),
    kind: "reset",
  },
  {
    name: "a deployment",
    error: marked("Durable Object reset because its code was updated."),
    kind: "reset",
  },
  {
    name: "an evicted instance",
    error: marked("Connection closed: this Durable Object instance is no longer active"),
    kind: "reset",
  },
  { name: "a passing fault", error: marked("oops", { retryable: true }), kind: "retryable" },
  { name: "a lost connection", error: marked("Network connection lost."), kind: "retryable" },
  {
    name: "a KV key written too often",
    error: marked("KV PUT failed: 429 Too Many Requests"),
    kind: "retryable",
  },
  { name: "a fault of ours", error: new TypeError("x is not a function"), kind: "other" },
  { name: "an error thrown in the object", error: marked("boom", { remote: true }), kind: "other" },
  { name: "a thrown text", error: "4290 items", kind: "other" },
  { name: "nothing", error: null, kind: "other" },
])("$name is $kind", ({ error, kind }) => {
  expect(classifyPlatformError(error)).toBe(kind);
  expect(mayTryAgain(error)).toBe(kind === "reset" || kind === "retryable");
});
