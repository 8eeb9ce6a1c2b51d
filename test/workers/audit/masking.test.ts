import { afterEach, describe, expect, it } from "vitest";
import { done, newFlag } from "../control/api.ts";
import { fileOf, publicKey, verified } from "./an-organisation.ts";

const FORMATS = ["ndjson", "json", "csv"] as const;
const PERSON = "ada.lovelace@example.com";
const MASKED = "a***@example.com";
const ANY = { "if-match": "*" };

const choose = (preset: string) =>
  done("compliance.patch", {
    headers: { ...ANY, "x-switchyard-reason": "A test of presets." },
    body: { preset },
  });
afterEach(() => choose("standard"));

type Place = Awaited<ReturnType<typeof newFlag>>;

/** A flag for one person, changed for a reason that names that person. */
async function targeted(flagPlace?: Place): Promise<Place> {
  const params = flagPlace ?? (await newFlag());
  await done("flags.patch", {
    params,
    headers: { ...ANY, "x-switchyard-reason": `asked for by ${PERSON}` },
    body: { targets: [{ variation: "on", values: [PERSON] }] },
  });
  return params;
}

const viewOf = async ({ project, environment }: Place): Promise<readonly any[]> =>
  (await done("audit.list", { query: { project, environment, limit: "200" } })).body.items;

const exportOf = async ({ project, environment }: Place, format: string): Promise<string> =>
  (await fileOf("audit.export", { query: { project, environment, format } })).text();

async function streamOf({ project, environment }: Place, until: string): Promise<string> {
  const stream = await fileOf("audit.stream", { query: { project, environment, cursor: "0" } });
  const reader = stream.body!.getReader();
  let text = "";
  while (!text.includes(until)) text += new TextDecoder().decode((await reader.read()).value);
  await reader.cancel();
  return text;
}

describe("personal data in an environment's log", () => {
  it("stays as it is where the preset does not mask it", async () => {
    const place = await targeted();
    const [newest] = await viewOf(place);
    expect(newest).toMatchObject({ detail: "kept", reason: `asked for by ${PERSON}` });
    expect(JSON.stringify(newest.changes)).toContain(PERSON);
    const text = await exportOf(place, "ndjson");
    expect(text).toContain(PERSON);
    expect(await verified(text, await publicKey())).toMatchObject({ fault: null, withheld: 0 });
  });

  it("is not written into the log by a reason, in the header or in the body", async () => {
    const place = await newFlag();
    await choose("strict");
    await targeted(place);
    const body = { variation: "off", reason: `call ${PERSON} first` };
    await done("flags.kill", { params: place, body });
    const { body: log } = await done("log.list", { params: place });
    expect(log.items.slice(0, 2).map(({ reason }: any) => reason)).toEqual([
      `call ${MASKED} first`,
      `asked for by ${MASKED}`,
    ]);
    // Whoever may read rules sees whom they are for: the flag would be of no use otherwise.
    expect(JSON.stringify(log.items)).toContain(PERSON);
  });

  it("is in no view, no stream and no export, also what is older than the preset", async () => {
    const place = await targeted();
    await choose("strict");
    const items = await viewOf(place);
    expect(JSON.stringify(items)).not.toContain(PERSON);
    const [newest] = items;
    expect(newest).toMatchObject({ detail: "masked", reason: `asked for by ${MASKED}` });
    expect(JSON.stringify(newest.changes)).toContain(MASKED);
    expect(items.at(-1).detail).toBe("kept");
    const told = await streamOf(place, '"flag.patch"');
    expect(told).toContain(MASKED);
    expect(told).not.toContain(PERSON);
    await choose("defense");
    expect(JSON.stringify(await viewOf(place))).toContain("[email]");
  });

  it.each(FORMATS)("is in no export as %s, which is verified all the same", async (format) => {
    const flag = await newFlag();
    await choose("strict");
    const place = await targeted(flag);
    const text = await exportOf(place, format);
    expect(text).not.toContain(PERSON);
    expect(text).toContain(MASKED);
    const key = await publicKey();
    // Of the three documents, one names somebody.
    expect(await verified(text, key)).toMatchObject({ fault: null, entries: 3, withheld: 1 });
    const at = text.lastIndexOf(MASKED);
    const changed = `${text.slice(0, at)}b${text.slice(at + 1)}`;
    expect((await verified(changed, key)).fault).not.toBeNull();
  });
});
