import { expect, it } from "vitest";
import { isForEdge } from "../../../../workers/edge/app.ts";

const requestOf = (path: string) => new Request(`https://flags.example${path}`);

it.each([
  "/ofrep",
  "/ofrep/v1/evaluate/flags/new-nav",
  "//ofrep//v1/evaluate/flags",
  "/sdk/v1/events?key=sy_client_x",
  "/sdk/v1/stream",
  "/healthz",
  "/healthz/",
])("%s is the edge's", (path) => {
  expect(isForEdge(requestOf(path))).toBe(true);
});

it.each(["/", "/ofrepx", "/api/ofrep", "/sdks", "/healthz/x", "/api/v1/projects", "/docs"])(
  "%s is not the edge's",
  (path) => {
    expect(isForEdge(requestOf(path))).toBe(false);
  },
);
