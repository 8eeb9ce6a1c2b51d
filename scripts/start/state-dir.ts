import { randomBytes } from "node:crypto";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { parseEnvFile } from "./env-file.ts";

/** Everything `npm start` keeps between starts, in one folder. */
export interface StateDir {
  readonly path: string;
  /** Databases and objects, as the runtime stores them. */
  readonly storage: string;
  /** What wrangler and the Worker said. */
  readonly log: string;
  /** Wrangler's own diary of its troubles. */
  readonly toolLog: string;
  /** Where Workers of one start find each other; apart, so that two starts do not. */
  readonly registry: string;
  /** URL, tokens and keys, for scripts. */
  readonly devJson: string;
  /** The Worker's secrets, as `NAME=value` lines. */
  readonly secrets: string;
  /** Which migrations the database has. */
  readonly migrated: string;
  /** Held by the `npm start` that uses the folder. */
  readonly lock: string;
  /** Its process id, for people and scripts. */
  readonly pid: string;
}

/** Makes the folder when it is missing, for its owner alone; throws the system's own error. */
export function openStateDir(path: string): StateDir {
  makeFolder(path);
  return {
    path,
    storage: join(path, "state"),
    log: join(path, "serve.log"),
    toolLog: join(path, "wrangler.log"),
    registry: join(path, "registry"),
    devJson: join(path, "dev.json"),
    secrets: join(path, "worker.env"),
    migrated: join(path, "migrated"),
    lock: join(path, "serve.lock"),
    pid: join(path, "serve.pid"),
  };
}

/** Node's own recursive way never ends where a file system makes no folders, as in `/proc`. */
function makeFolder(path: string): void {
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) return;
    if (existsSync(dirname(path))) throw error;
    makeFolder(dirname(path));
    mkdirSync(path, { mode: 0o700 });
  }
}

/**
 * Deletes what was kept in the folder, and nothing that somebody else put there. To be called by
 * the holder of its lock, which stays.
 */
export function forget({ path: _folder, lock: _held, pid: _own, ...entries }: StateDir): void {
  for (const entry of Object.values(entries)) rmSync(entry, { recursive: true, force: true });
}

/** Written for this user's eyes only, also when the file was there with a wider mode. */
export function writePrivate(file: string, text: string): void {
  writeFileSync(file, text, { mode: 0o600 });
  chmodSync(file, 0o600);
}

/** The admin token of this folder; made on the first start. */
export const adminTokenOf = (dir: StateDir): string =>
  secretOf(dir, "ADMIN_TOKEN", () => `sy_admin_${randomBytes(24).toString("hex")}`);

/** Makes the secret that signs cookies, unless the folder has one. */
export function ensureAuthSecret(dir: StateDir): void {
  secretOf(dir, "AUTH_SECRET", () => randomBytes(32).toString("base64url"));
}

/** Makes the key that encrypts the audit log's details, unless the folder has one. */
export function ensureAuditKeys(dir: StateDir): void {
  secretOf(dir, "AUDIT_KEYS", () => `k1:${randomBytes(32).toString("base64")}`);
}

/**
 * A secret of the Worker that lasts as long as the folder; what else is in its file stays. One that
 * is there stays too, whatever it is: with a key that is replaced goes what it has sealed.
 */
function secretOf(dir: StateDir, name: string, make: () => string): string {
  const text = existsSync(dir.secrets) ? readFileSync(dir.secrets, "utf8") : "";
  const known = parseEnvFile(text).values[name] ?? "";
  if (known !== "") return known;
  const secret = make();
  const before = text === "" || text.endsWith("\n") ? text : `${text}\n`;
  // Of a name that is there twice, empty at first, the last counts.
  writePrivate(dir.secrets, `${before}${name}=${secret}\n`);
  return secret;
}
