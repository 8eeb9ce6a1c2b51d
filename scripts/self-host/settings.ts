import { keyringOf } from "../../src/adapters/crypto/envelope.ts";
import { parseRate } from "../../src/core/limits/rate-text.ts";
import { parseEnvFile, readEnvFile } from "../start/env-file.ts";

/** What is wrong with a value, to follow the setting's name; `null`: nothing. */
type Check = (value: string) => string | null | Promise<string | null>;

const SHORTEST_SECRET = 32;

const secret: Check = (value) =>
  value.length >= SHORTEST_SECRET
    ? null
    : `has ${value.length} characters, and needs at least ${SHORTEST_SECRET}`;

function origin(value: string): string | null {
  return URL.canParse(value) && /^https?:$/.test(new URL(value).protocol) && isBare(new URL(value))
    ? null
    : `is "${value}", which is no origin such as https://flags.example.com`;
}

const isBare = ({ pathname, search, hash, username }: URL): boolean =>
  pathname === "/" && `${search}${hash}${username}` === "";

const origins: Check = (value) => {
  const parts = value.split(",").map((part) => part.trim());
  const faults = parts.filter((part) => part !== "").map(origin);
  return faults.find((fault) => fault !== null) ?? null;
};

const rate: Check = (value) =>
  parseRate(value) === null ? `is "${value}", which is no rate such as 50/s burst 200` : null;

const header: Check = (value) =>
  /^[\w!#$%&'*+.^`|~-]+$/.test(value)
    ? null
    : `is "${value}", which is no name of a header such as x-real-ip`;

const team: Check = (value) =>
  /^(?:https:\/\/)?[a-z0-9.-]+\/?$/i.test(value)
    ? null
    : `is "${value}", which is no team's domain such as https://team.cloudflareaccess.com`;

const keys: Check = async (value) => {
  try {
    await keyringOf(value);
    return null;
  } catch (error) {
    // The ring's own words never hold a key.
    return error instanceof Error ? error.message : "is no list of keys";
  }
};

/** All that may stand in `worker.env`; docs/self-host.md says what each is for. */
export const SETTINGS: Readonly<Record<string, Check>> = {
  ADMIN_TOKEN: secret,
  AUTH_SECRET: secret,
  AUDIT_KEYS: keys,
  PUBLIC_ORIGIN: origin,
  CLIENT_ADDRESS_HEADER: header,
  IDENTITY_ORIGINS: origins,
  ACCESS_TEAM_DOMAIN: team,
  ACCESS_AUD: () => null,
  CREDENTIAL_RATE: rate,
  ORGANISATION_RATE: rate,
  FAILED_SIGN_IN_RATE: rate,
};

/** What the Worker gets of a file: its settings, and nothing else that may stand there. */
export const settingsIn = (file: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(readEnvFile(file).values).filter(([name]) => Object.hasOwn(SETTINGS, name)),
  );

export interface SettingsReport {
  /** Why it must not start: what was meant would not hold. */
  readonly faults: readonly string[];
  /** Names of no setting. */
  readonly unknown: readonly string[];
}

/** What is wrong with the text of a `worker.env`; no secret is repeated. */
export async function checkSettings(text: string): Promise<SettingsReport> {
  const { values, strange } = parseEnvFile(text);
  const faults = strange.map((line) => `Line ${line} is not NAME=value, and no comment (#).`);
  const unknown: string[] = [];
  for (const [name, value] of Object.entries(values)) {
    const check = Object.hasOwn(SETTINGS, name) ? SETTINGS[name] : undefined;
    if (check === undefined) unknown.push(name);
    const fault = value === "" ? null : await check?.(value);
    if (typeof fault === "string") faults.push(`${name} ${fault}.`);
  }
  const { ACCESS_TEAM_DOMAIN: domain = "", ACCESS_AUD: audience = "" } = values;
  if ((domain === "") !== (audience === "")) {
    faults.push("Of ACCESS_TEAM_DOMAIN and ACCESS_AUD one is missing; neither counts alone.");
  }
  return { faults, unknown };
}
