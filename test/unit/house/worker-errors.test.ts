import { describe, expect, it } from "vitest";
import { createErrorFilter } from "../../../scripts/start/worker-errors.ts";

function shown(...lines: readonly string[]): readonly string[] {
  const result: string[] = [];
  const filter = createErrorFilter((line) => result.push(line));
  for (const line of lines) filter(line);
  return result;
}

describe("what the terminal shows of the Worker's chatter", () => {
  it("is nothing of what is in order", () => {
    expect(
      shown(
        "[wrangler:info] GET /healthz 200 OK (4ms)",
        '{"level":"info","event":"request","status":200}',
        "",
      ),
    ).toEqual([]);
  });

  it("is an error that the Worker logged, as facts in one line", () => {
    const entry = { level: "error", event: "request.failed", requestId: "r1", error: "a\n at b" };
    expect(shown(JSON.stringify(entry))).toEqual(["event=request.failed requestId=r1 error=a"]);
  });

  it("is an error of the build, without colours", () => {
    expect(
      shown("\u001B[31m✘ \u001B[41;31m[\u001B[41;97mERROR\u001B[41;31m]\u001B[0m Gone"),
    ).toEqual(["Gone"]);
  });

  it("is an exception that nobody caught, without its stack", () => {
    expect(shown("[wrangler:error] Error: boom", "    at fetch (file:///all.ts:7:124)")).toEqual([
      "Error: boom",
    ]);
  });
});
