import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ROOT } from "../../../scripts/lib/paths.ts";
import { forget, openStateDir, type StateDir } from "../../../scripts/start/state-dir.ts";
import { lockStateDir } from "../../../scripts/start/state-lock.ts";
import { npmStart } from "./running.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "switchyard-folder-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Takes the lock, or fails the test. */
function lock(dir: StateDir): () => void {
  const taken = lockStateDir(dir);
  if (taken.kind !== "mine") throw new Error("somebody else has the lock");
  return taken.release;
}

const module = (name: string) => pathToFileURL(join(ROOT, "scripts", "start", name)).href;

/** Another process that has the lock of the folder, and no use for what it got besides. */
async function holder() {
  const code = `
    import { openStateDir } from "${module("state-dir.ts")}";
    import { lockStateDir } from "${module("state-lock.ts")}";
    const { kind } = lockStateDir(openStateDir(process.argv[1]));
    setInterval(() => {}, 1000);
    setImmediate(() => {
      gc();
      setImmediate(() => console.log(kind));
    });`;
  const args = ["--expose-gc", "--input-type=module", "-e", code, folder];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "ignore"] });
  const [said] = await once(child.stdout, "data");
  expect(String(said)).toBe("mine\n");
  return child;
}

describe("the lock of a state folder", () => {
  it("is held against other processes, and names the holder", async () => {
    const other = await holder();
    expect(lockStateDir(openStateDir(folder))).toEqual({ kind: "taken", pid: other.pid });
    other.kill("SIGKILL");
    await once(other, "close");
  });

  it("ends with its holder, however that ends", async () => {
    const other = await holder();
    other.kill("SIGKILL");
    await once(other, "close");
    lock(openStateDir(folder))();
  });

  it("does not take another program for its holder that got the old process id", () => {
    const dir = openStateDir(folder);
    writeFileSync(dir.pid, String(process.ppid));
    lock(dir)();
  });

  it("is one process's, also when two come at the same time", () => {
    const dir = openStateDir(folder);
    const release = lock(dir);
    expect(lockStateDir(dir)).toEqual({ kind: "taken", pid: process.pid });
    release();
    expect(existsSync(dir.pid)).toBe(false);
    lock(dir)();
  });

  it("stays when everything else is forgotten", () => {
    const dir = openStateDir(folder);
    const release = lock(dir);
    writeFileSync(dir.devJson, "{}");
    writeFileSync(join(folder, "mine.txt"), "");
    forget(dir);
    expect(existsSync(dir.devJson)).toBe(false);
    expect(existsSync(join(folder, "mine.txt"))).toBe(true);
    expect(lockStateDir(dir)).toMatchObject({ kind: "taken" });
    release();
  });
});

describe("npm start with a state folder that cannot be used", () => {
  /** Where not even the administrator can make folders. */
  const closed = existsSync("/sys/kernel") ? "/sys/kernel" : "/System";

  it.each([
    { name: "a file", at: () => join(folder, "file"), says: "must be a folder" },
    { name: "below a file", at: () => join(folder, "file", "a"), says: "is not a folder" },
    { name: "below a device", at: () => "/dev/null/a/b", says: "is not a folder" },
    { name: "not for us to write", at: () => join(closed, "switchyard"), says: closed },
    { name: "with a folder for a file", at: () => folder, says: "where a file must be" },
  ])("says so and what to do: $name", async ({ at, says }) => {
    writeFileSync(join(folder, "file"), "");
    mkdirSync(join(folder, "worker.env"));
    const start = npmStart("--state", at());
    expect(await start.ended).toBe(1);
    const said = start.output();
    expect(said).toContain(`The state folder ${at()} cannot be used: `);
    expect(said).toContain(says);
    expect(said).toContain("npm start -- --state DIR");
    // The folder's random name may look like a code of the system.
    expect(said.replaceAll(folder, "")).not.toMatch(/^\s+at |E[A-Z]{4,}/m);
  });
});
