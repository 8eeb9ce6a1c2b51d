import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ROOT } from "../../scripts/lib/paths.ts";
import { nextFreePort } from "../../scripts/start/port.ts";
import { readEnvFile } from "../../scripts/start/env-file.ts";
import { openStateDir } from "../../scripts/start/state-dir.ts";

const READY_WITHIN_MS = 120_000;
const FIRST_PORT = 18_700;
const PLACE = "/api/v1/projects/bench/environments/prod";

/** The product as `npm run self-host` serves it, with one flag and a server key. */
export class SelfHosted {
  readonly url: string;
  readonly #port: number;
  readonly #folder: string;
  #child: ChildProcess | null = null;
  #adminToken = "";
  #count = 0;

  private constructor(port: number, folder: string) {
    this.#port = port;
    this.#folder = folder;
    this.url = `http://127.0.0.1:${port}`;
  }

  static async start(): Promise<SelfHosted> {
    const port = await nextFreePort(FIRST_PORT);
    if (port === null) throw new Error(`There is no free port from ${FIRST_PORT} on.`);
    const hosted = new SelfHosted(port, mkdtempSync(join(tmpdir(), "switchyard-streams-")));
    await hosted.up();
    return hosted;
  }

  /** Starts the command; resolves when it serves. */
  async up(): Promise<void> {
    const words = ["--port", String(this.#port), "--state", this.#folder];
    const child = spawn(
      process.execPath,
      [join(ROOT, "scripts/run.mjs"), "scripts/self-host.ts", ...words],
      { cwd: ROOT, stdio: ["ignore", "ignore", "inherit"] },
    );
    this.#child = child;
    // Whatever becomes of this process, that one ends with it.
    process.once("exit", () => child.kill());
    const untilMs = performance.now() + READY_WITHIN_MS;
    while (!(await this.#isUp())) {
      if (child.exitCode !== null || performance.now() > untilMs) {
        throw new Error("npm run self-host does not serve.");
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    this.#adminToken = readEnvFile(openStateDir(this.#folder).secrets).values["ADMIN_TOKEN"] ?? "";
  }

  /** Ends the command as an operator does. */
  async down(): Promise<void> {
    const child = this.#child;
    if (child === null || child.exitCode !== null) return;
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGTERM");
    await ended;
  }

  async remove(): Promise<void> {
    await this.down();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** Answers with a server key. */
  async createFlag(): Promise<string> {
    await this.#ask("POST", "/api/v1/projects", { key: "bench" });
    await this.#ask("POST", "/api/v1/projects/bench/environments", { key: "prod" });
    const base = { ...numbered(0), enabled: true, default: { variation: "now" } };
    const flag = { key: "counted", type: "integer", createIn: ["prod"], base };
    await this.#ask("POST", "/api/v1/projects/bench/flags", flag);
    const key = await this.#ask("POST", `${PLACE}/keys`, { kind: "server", name: "bench" });
    return String(key.secret);
  }

  /** Saves a change of the flag; answers with the revision that has it. */
  async save(): Promise<number> {
    this.#count += 1;
    const path = `${PLACE}/flags/counted`;
    return Number((await this.#ask("PATCH", path, numbered(this.#count))).revision);
  }

  async #isUp(): Promise<boolean> {
    try {
      return (await fetch(`${this.url}/healthz`)).ok;
    } catch {
      return false;
    }
  }

  async #ask(method: string, path: string, body: object): Promise<any> {
    const response = await fetch(`${this.url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${this.#adminToken}`,
        "content-type": "application/json",
        ...(method === "PATCH" ? { "if-match": "*" } : {}),
      },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${await response.text()}`);
    return response.json();
  }
}

const numbered = (value: number) => ({
  variations: [
    { key: "now", value },
    { key: "never", value: -1 },
  ],
});
