import { expect, it } from "vitest";
import { isEdgePath } from "../../../../workers/edge/app.ts";

it.each([
  "/ofrep",
  "/ofrep/v1/evaluate/flags/new-nav",
  "//ofrep//v1/evaluate/flags",
  "/sdk/v1/stream",
  "/healthz",
  "/healthz/",
])("%s is the edge's", (path) => {
  expect(isEdgePath(path)).toBe(true);
});

it.each(["/", "/ofrepx", "/api/ofrep", "/sdks", "/healthz/x", "/api/v1/projects", "/docs"])(
  "%s is not the edge's",
  (path) => {
    expect(isEdgePath(path)).toBe(false);
  },
);
