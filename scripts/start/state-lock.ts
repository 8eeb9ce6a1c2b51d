import { closeSync, existsSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import type { StateDir } from "./state-dir.ts";

export type StateLock =
  | { readonly kind: "mine"; readonly release: () => void }
  /** Somebody uses the folder: the process of this id, if it could say so. */
  | { readonly kind: "taken"; readonly pid: number | null };

/** Without a reference the garbage collector closes the file some day, and the lock is gone. */
const held = new Set<DatabaseSync>();

/**
 * Takes the folder for this process. The lock is the system's own, on a file: it ends with the
 * process however that ends, and no other process can be mistaken for its holder. Throws the
 * system's error when the folder cannot be written to.
 */
export function lockStateDir(dir: StateDir): StateLock {
  // SQLite would only say that it cannot open the file; this says why.
  closeSync(openSync(dir.lock, "a", 0o600));
  const file = new DatabaseSync(dir.lock);
  try {
    // Nothing is ever written, so there is nothing to undo, and no file for it.
    file.exec("PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE");
  } catch (error) {
    file.close();
    if (isLocked(error)) return { kind: "taken", pid: holder(dir) };
    throw error;
  }
  held.add(file);
  writeFileSync(dir.pid, String(process.pid));
  const release = () => {
    rmSync(dir.pid, { force: true });
    // The file stays: who deletes it could delete it under the next holder.
    file.close();
    held.delete(file);
  };
  return { kind: "mine", release };
}

const SQLITE_BUSY = 5;

function isLocked(error: unknown): boolean {
  return error instanceof Error && "errcode" in error && error.errcode === SQLITE_BUSY;
}

function holder(dir: StateDir): number | null {
  const pid = existsSync(dir.pid) ? Number(readFileSync(dir.pid, "utf8")) : 0;
  return Number.isInteger(pid) && pid > 0 ? pid : null;
}
