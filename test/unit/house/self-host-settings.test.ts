import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ROOT } from "../../../scripts/lib/paths.ts";
import { checkSettings, SETTINGS } from "../../../scripts/self-host/settings.ts";
import { parseEnvFile } from "../../../scripts/start/env-file.ts";
import type { ControlEnv } from "../../../workers/control/env.ts";
import type { EdgeEnv } from "../../../workers/edge/edge-env.ts";

type Bindings = ControlEnv & EdgeEnv;
type Texts = {
  [Name in keyof Bindings]-?: string extends Required<Bindings>[Name] ? Name : never;
}[keyof Bindings];

/** Every text that the Workers read of their bindings: the compiler knows when one comes. */
const READ: Readonly<Record<Texts, "worker.env" | "elsewhere">> = {
  ADMIN_TOKEN: "worker.env",
  AUTH_SECRET: "worker.env",
  AUDIT_KEYS: "worker.env",
  PUBLIC_ORIGIN: "worker.env",
  CLIENT_ADDRESS_HEADER: "worker.env",
  IDENTITY_ORIGINS: "worker.env",
  ACCESS_TEAM_DOMAIN: "worker.env",
  ACCESS_AUD: "worker.env",
  CREDENTIAL_RATE: "worker.env",
  ORGANISATION_RATE: "worker.env",
  FAILED_SIGN_IN_RATE: "worker.env",
  // Cloudflare's e-mail, a development machine's mailbox, and the queue that wrangler.toml chooses.
  EMAIL_FROM: "elsewhere",
  DEV_MAIL: "elsewhere",
  EVENT_QUEUE: "elsewhere",
};
const inFile = Object.entries(READ).flatMap(([name, at]) => (at === "worker.env" ? [name] : []));
const KEY = `k1:${btoa("x".repeat(32))}`;

describe("the settings of an installation of one's own", () => {
  it("are all that the Workers read, and are in the table of the documentation", () => {
    expect(Object.keys(SETTINGS).toSorted()).toEqual(inFile.toSorted());
    const text = readFileSync(join(ROOT, "docs", "self-host.md"), "utf8");
    const [, section = ""] = text.split("### Settings");
    const rows = section.split("\n").filter((line) => /^\| `[A-Z]/.test(line));
    const named = rows.flatMap((row) => row.split("|")[1]!.match(/[A-Z_]{4,}/g) ?? []);
    expect(named.toSorted()).toEqual(inFile.toSorted());
  });

  it("are read as people write them", () => {
    const text = `# ours\r\nA_B = "x y" \nexport C='#1'\n\nD=a=b"\nwhat is this\nE=1\nE=2`;
    expect(parseEnvFile(text)).toEqual({
      values: { A_B: "x y", C: "#1", D: 'a=b"', E: "2" },
      strange: [6],
    });
  });

  it("that are right are left alone, and empty ones are none", async () => {
    const text = [
      `ADMIN_TOKEN=${"a".repeat(32)}`,
      `AUDIT_KEYS=k2:${btoa("y".repeat(32))}, ${KEY}`,
      'PUBLIC_ORIGIN="https://flags.example.com"',
      "IDENTITY_ORIGINS=http://login.internal:8080, https://b.example/",
      "CLIENT_ADDRESS_HEADER=x-real-ip",
      "CREDENTIAL_RATE=50/s burst 200",
      "ACCESS_TEAM_DOMAIN=team",
      "ACCESS_AUD=f00",
      "AUTH_SECRET=",
    ].join("\n");
    expect(await checkSettings(text)).toEqual({ faults: [], unknown: [] });
  });

  it.each([
    { text: "AUTH_SECRET=short", says: "AUTH_SECRET has 5 characters, and needs at least 32." },
    { text: "PUBLIC_ORIGIN=flags.example.com", says: 'PUBLIC_ORIGIN is "flags.example.com"' },
    { text: "PUBLIC_ORIGIN=https://a.example/b", says: "which is no origin" },
    { text: "IDENTITY_ORIGINS=https://a.example,b", says: 'IDENTITY_ORIGINS is "b"' },
    { text: "CLIENT_ADDRESS_HEADER=X Real IP", says: "no name of a header" },
    { text: "FAILED_SIGN_IN_RATE=often", says: 'FAILED_SIGN_IN_RATE is "often"' },
    { text: "ACCESS_AUD=f00", says: "Of ACCESS_TEAM_DOMAIN and ACCESS_AUD one is missing" },
    { text: "ACCESS_TEAM_DOMAIN=a b\nACCESS_AUD=f00", says: "no team's domain" },
    { text: "AUDIT_KEYS=k1:AAAA", says: "AUDIT_KEYS " },
    { text: "ADMIN_TOKEN: abc", says: "Line 1 is not NAME=value" },
  ])("that would not hold are told: $text", async ({ text, says }) => {
    const { faults } = await checkSettings(text);
    expect(faults).toHaveLength(1);
    expect(faults[0]).toContain(says);
  });

  it("that are none are named, and no secret is repeated", async () => {
    expect((await checkSettings("PUBLIC_ORIGN=https://a.example")).unknown).toEqual([
      "PUBLIC_ORIGN",
    ]);
    const secrets = "AUTH_SECRET=hunter2\nAUDIT_KEYS=k1:aHVudGVyMg==";
    expect(JSON.stringify(await checkSettings(secrets))).not.toMatch(/hunter2|aHVudGVy/);
  });
});
