import { describe, expect, it } from "vitest";
import { parseBreakGlassOptions } from "../../../scripts/break-glass/options.ts";
import { reportOf } from "../../../scripts/break-glass/report.ts";
import { seal } from "../../../scripts/break-glass/seal.ts";
import { send } from "../../../scripts/break-glass/send.ts";
import { signedText } from "../../../src/core/authority/break-glass.ts";
import { readBreakGlassCommand } from "../../../src/core/authority/break-glass-command.ts";
import { newSigningKey, verifyEd25519 } from "../../../src/adapters/crypto/ed25519.ts";

const here = { url: undefined, user: "grace" };
const json = (status: number, body: object) => Response.json(body, { status });
const needed = ["--key", "k.txt", "--flag", "checkout", "--reason", "payments fail"];

describe("the command line of break-glass", () => {
  it("needs a key, a flag and a reason, and knows the rest", () => {
    expect(parseBreakGlassOptions(needed, here)).toEqual({
      ok: true,
      value: {
        keyFile: "k.txt",
        flags: ["checkout"],
        reason: "payments fail",
        environment: null,
        url: "http://localhost:8787",
        by: "grace",
        minutes: 5,
        print: false,
      },
    });
  });

  it("takes several flags, a variation or the code's default, and where to send it", () => {
    const more = ["--flag", "nav", "--variation", "off", "--url", "https://flags.example"];
    expect(parseBreakGlassOptions([...needed, ...more, "--minutes", "14"], here)).toMatchObject({
      value: {
        flags: ["checkout", "nav"],
        variation: "off",
        url: "https://flags.example",
        minutes: 14,
      },
    });
    expect(parseBreakGlassOptions([...needed, "--code-default"], here)).toMatchObject({
      value: { variation: null },
    });
  });

  it.each([
    [["--flag", "a", "--reason", "r"], "--key FILE"],
    [["--key", "k", "--reason", "r"], "--flag KEY"],
    [["--key", "k", "--flag", "a"], "--reason"],
    [["--key", "k", "--flag", "a", "--reason", " "], "--reason"],
    [[...needed, "--minutes", "15"], "--minutes is 15"],
    [[...needed, "--minutes", "1.5"], "--minutes is 1.5"],
    [[...needed, "--url", "flags"], '--url is "flags"'],
    [[...needed, "--variation", "off", "--code-default"], "not both"],
    [[...needed, "--flga", "x"], "--flga"],
    [[...needed, "stray"], "stray"],
  ])("%j is refused: %s", (args, words) => {
    const parsed = parseBreakGlassOptions(args, here);
    expect(parsed.ok ? "" : parsed.error).toContain(words);
  });
});

describe("a sealed command", () => {
  const kill = { flags: ["checkout"], reason: "payments fail", by: "grace" };
  const secret = { environmentId: "envtest00001", keyId: "0123456789abcdef" };
  const at = { nowMs: 1_800_000_000_000, minutes: 14 };

  it("is read and verified with the public key that was issued with its secret", async () => {
    const { seed, publicKey } = await newSigningKey();
    const made = await seal({ ...secret, seed }, kill, at);
    const { command, signature } = made.ok ? made.value : expect.unreachable(made.error);
    expect(readBreakGlassCommand(command)).toMatchObject({
      ok: true,
      value: { ...secret, ...kill, notBeforeMs: at.nowMs - 60_000 },
    });
    const text = signedText(command);
    expect(await verifyEd25519({ publicKey, text, signature })).toBe(true);
    expect(await verifyEd25519({ publicKey, text: `${text} `, signature })).toBe(false);
    const other = await newSigningKey();
    expect(await verifyEd25519({ ...other, text, signature })).toBe(false);
  });

  it("is never made twice", async () => {
    const { seed } = await newSigningKey();
    const made = await Promise.all([1, 2].map(() => seal({ ...secret, seed }, kill, at)));
    const nonces = made.map((one) => (one.ok ? JSON.parse(one.value.command).nonce : ""));
    expect(new Set(nonces).size).toBe(2);
  });

  it("is not made of what would be refused", async () => {
    const { seed } = await newSigningKey();
    const made = await seal({ ...secret, seed }, { ...kill, flags: ["a b"] }, at);
    expect(made).toMatchObject({ ok: false, error: expect.stringContaining('unfit "flags"') });
  });
});

describe("sending", () => {
  const sealed = { command: "{}", signature: "00" };

  /** Sends to a server that answers with these, one after the other. */
  async function sendTo(...answers: readonly (Response | Error)[]) {
    const asked: string[] = [];
    const said: string[] = [];
    const fetch = (url: string | URL | Request, init?: RequestInit) => {
      const answer = answers[asked.length];
      asked.push(`${new Request(url).url} ${JSON.stringify(init?.body)}`);
      return answer instanceof Response ? Promise.resolve(answer) : Promise.reject(answer);
    };
    const deps = { fetch, wait: () => Promise.resolve(), say: (line: string) => said.push(line) };
    return { sent: await send("https://flags.example/x", sealed, deps), asked, said };
  }

  it("says what became of each flag", async () => {
    const flags = [
      { key: "checkout", outcome: "killed", variation: "off", fellBack: false },
      { key: "theme", outcome: "killed", variation: "basic", fellBack: true },
      { key: "nav", outcome: "already-killed", variation: null, fellBack: false },
      { key: "old", outcome: "archived", variation: null, fellBack: false },
    ];
    const { sent, asked } = await sendTo(
      json(200, { revision: 7, acceptedAtMs: 0, changed: true, flags }),
    );
    expect(asked).toEqual([
      `https://flags.example/sdk/v1/break-glass ${JSON.stringify(JSON.stringify(sealed))}`,
    ]);
    const report = typeof sent === "string" ? expect.unreachable(sent) : reportOf(sent);
    expect(report.isDone).toBe(true);
    expect(report.lines.slice(0, 5)).toEqual([
      "Done: accepted as revision 7 at 1970-01-01T00:00:00.000Z.",
      '  checkout: killed, serves "off"',
      '  theme: killed, serves "basic", because it lacks the variation that was named',
      "  nav: already-killed, serves the code's own default",
      "  old: archived",
    ]);
  });

  it("tries again after a lost answer, and takes the refusal to do it twice for the proof", async () => {
    const lost = new TypeError("fetch failed", { cause: new Error("socket hang up") });
    const replayed = json(409, { problem: "break-glass-replayed", revision: 7 });
    const { sent, asked, said } = await sendTo(lost, json(503, {}), json(429, {}), replayed);
    expect(asked).toHaveLength(4);
    expect(said[0]).toContain("cannot be reached (socket hang up)");
    expect(typeof sent === "string" ? sent : reportOf(sent)).toEqual({
      lines: ["Done: accepted as revision 7."],
      isDone: true,
    });
  });

  it("takes the same refusal of its first try for what it is", async () => {
    const body = { problem: "break-glass-replayed", revision: 7, errorDetails: "used before" };
    const { sent } = await sendTo(json(409, body));
    expect(typeof sent === "string" ? sent : reportOf(sent)).toEqual({
      lines: ["Refused (409). used before"],
      isDone: false,
    });
  });

  it("does not repeat what was refused, whatever the answer looks like", async () => {
    const { sent, asked } = await sendTo(new Response("<html>", { status: 404 }));
    expect(asked).toHaveLength(1);
    expect(typeof sent === "string" ? sent : reportOf(sent).lines).toEqual([
      "Refused (404). <html>",
    ]);
  });

  it("gives up after four tries, and does not say that nothing was done", async () => {
    const { sent, asked } = await sendTo(...[1, 2, 3, 4].map(() => new Error("refused")));
    expect(asked).toHaveLength(4);
    expect(sent).toContain("whether the kill was done is not known");
  });
});
