import { expect, it } from "vitest";
import { edgePathOf } from "../../../../workers/edge/edge-path.ts";

const isForEdge = (path: string) => edgePathOf(`https://flags.example${path}`).isForEdge;

it.each([
  "/ofrep",
  "/ofrep/v1/evaluate/flags/new-nav",
  "//ofrep//v1/evaluate/flags",
  "/sdk/v1/events?key=sy_client_x",
  "/sdk/v1/stream",
  "/healthz",
  "/healthz/",
])("%s is the edge's", (path) => {
  expect(isForEdge(path)).toBe(true);
});

it.each(["/", "/ofrepx", "/api/ofrep", "/sdks", "/healthz/x", "/api/v1/projects", "/docs"])(
  "%s is not the edge's",
  (path) => {
    expect(isForEdge(path)).toBe(false);
  },
);

it("says the same of a path however often it is asked, and whatever was asked in between", () => {
  const urls = Array.from(
    { length: 1_500 },
    (_, at) => `https://x.example/ofrep/v1/evaluate/flags/f${at}`,
  );
  for (const url of [...urls, ...urls, ...urls.toReversed()]) {
    const key = url.slice(url.lastIndexOf("/") + 1);
    expect(edgePathOf(url)).toEqual({
      path: `/ofrep/v1/evaluate/flags/${key}`,
      target: { kind: "flag", key },
      isForEdge: true,
    });
  }
});

it("reads the path and nothing of the query", () => {
  const path = "/ofrep/v1/evaluate/flags";
  const asked = edgePathOf(`https://x.example/${path}/?flagConfigEtag=%22r7%22`);
  expect(asked).toEqual({ path, target: { kind: "bulk" }, isForEdge: true });
});
