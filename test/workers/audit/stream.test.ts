import { describe, expect, it } from "vitest";
import { call, done, newFlag, newPlace } from "../control/api.ts";
import { fileOf } from "./an-organisation.ts";

/** Reads a stream's entries until there are so many, and leaves. */
async function entries(response: Response, many: number): Promise<readonly any[]> {
  const reader = (response.body ?? new ReadableStream()).getReader();
  const decoder = new TextDecoder();
  let text = "";
  for (;;) {
    const blocks = text.split("\n\n").slice(0, -1);
    const data = blocks.flatMap((block) => /^data: (.*)$/m.exec(block)?.[1] ?? []);
    if (data.length >= many) {
      await reader.cancel();
      return data.map((one) => JSON.parse(one));
    }
    const { value, done: over } = await reader.read();
    if (over) return data.map((one) => JSON.parse(one));
    text += decoder.decode(value, { stream: true });
  }
}

describe("a stream of the organisation's chain", () => {
  it("tells what is there from a cursor on, and then what comes", async () => {
    await newPlace();
    const [newest] = (await done("audit.list", { query: { limit: "1" } })).body.items;
    await newPlace();
    const response = await fileOf("audit.stream", { query: { cursor: String(newest.position) } });
    expect(response.headers.get("content-type")).toBe("text/event-stream");
    const reading = entries(response, 3);
    await newPlace();
    await newPlace();
    const read = await reading;
    const from = newest.position;
    expect(read.map(({ position }) => position)).toEqual([from + 1, from + 2, from + 3]);
    expect(read.map(({ action }) => action)).toEqual(read.map(() => "project.create"));
  });

  it("goes on after the event that was read last", async () => {
    await newPlace();
    const [first] = await entries(await fileOf("audit.stream", { query: { cursor: "0" } }), 1);
    await newPlace();
    const headers = { "last-event-id": String(first.position) };
    const again = await fileOf("audit.stream", { query: { cursor: "0" }, headers });
    const [second] = await entries(again, 1);
    expect(second.position).toBe(first.position + 1);
  });

  it("refuses an id that is none of its own", async () => {
    const headers = { "last-event-id": "9f2c7a0be1d34c58" };
    expect(await call("audit.stream", { headers })).toMatchObject({ status: 400 });
  });
});

describe("a stream of an environment's chain", () => {
  it("tells every entry in order, with what changed", async () => {
    const { flag, ...place } = await newFlag();
    const params = { ...place, flag };
    const patch = (enabled: boolean) =>
      done("flags.patch", { params, body: { enabled }, headers: { "if-match": "*" } });
    await patch(true);
    const response = await fileOf("audit.stream", { query: { ...place, cursor: "0" } });
    const reading = entries(response, 4);
    await patch(false);
    const read = await reading;
    expect(read.map(({ position, action }) => `${position} ${action}`)).toEqual([
      "1 environment.initialize",
      "2 flag.create",
      "3 flag.patch",
      "4 flag.patch",
    ]);
    expect(read[3].changes).toEqual([
      { path: `/flag/${flag}/enabled`, before: true, after: false },
    ]);
  });
});
