import { join } from "node:path";

/** The repository's folder, without a trailing slash. */
export const ROOT = join(import.meta.dirname, "..", "..");

/** An executable that a dependency brings. */
export const tool = (name: string): string => join(ROOT, "node_modules", ".bin", name);
