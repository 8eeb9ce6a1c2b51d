import { existsSync, readFileSync } from "node:fs";
import { isRecord } from "../../src/core/json.ts";
import { SAMPLE_ENVIRONMENTS, type SampleEnvironment } from "./samples.ts";
import { writePrivate } from "./state-dir.ts";

/** What scripts need to use a running `npm start`; kept as `dev.json` in the state folder. */
export interface DevJson {
  readonly url: string;
  readonly adminToken: string;
  readonly project: string;
  readonly environments: Readonly<Record<SampleEnvironment, DevEnvironment>>;
}

export interface DevEnvironment {
  readonly id: string;
  readonly serverKey: string;
  readonly clientKey: string;
}

export function writeDevJson(file: string, content: DevJson): void {
  writePrivate(file, `${JSON.stringify(content, null, 2)}\n`);
}

/** The environments of an earlier start; `null` when there was none that finished. */
export function readDevEnvironments(file: string): DevJson["environments"] | null {
  if (!existsSync(file)) return null;
  try {
    const content: unknown = JSON.parse(readFileSync(file, "utf8"));
    if (!isRecord(content) || !isRecord(content["environments"])) return null;
    const known = content["environments"];
    const [dev, staging, prod] = SAMPLE_ENVIRONMENTS.map((key) => toDevEnvironment(known[key]));
    return dev && staging && prod ? { dev, staging, prod } : null;
  } catch {
    return null;
  }
}

function toDevEnvironment(value: unknown): DevEnvironment | null {
  if (!isRecord(value)) return null;
  const { id, serverKey, clientKey } = value;
  if (typeof id !== "string" || typeof serverKey !== "string") return null;
  return typeof clientKey === "string" ? { id, serverKey, clientKey } : null;
}
