import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../lib/paths.ts";
import { sectionsOf } from "./placeholders.ts";

/** Something at Cloudflare that configurations call by a name of our own choice. */
export interface NamedResource {
  /** Wrangler's words for it: `wrangler r2 bucket create <name>`. */
  readonly kind: readonly string[];
  readonly name: string;
}

const QUEUE = ["queues"];
const BUCKET = ["r2", "bucket"];

const NAMES: readonly { readonly kind: readonly string[]; readonly pattern: RegExp }[] = [
  { kind: BUCKET, pattern: /^bucket_name\s*=\s*"([^"]+)"/m },
  { kind: QUEUE, pattern: /^queue\s*=\s*"([^"]+)"/m },
  { kind: QUEUE, pattern: /^dead_letter_queue\s*=\s*"([^"]+)"/m },
];

/** Queues and buckets that must be there before `configs` can be deployed, each once. */
export function namedResources(configs: readonly string[]): readonly NamedResource[] {
  const found = new Map<string, NamedResource>();
  for (const config of configs) {
    for (const section of sectionsOf(readFileSync(join(ROOT, config), "utf8"))) {
      for (const { kind, pattern } of NAMES) {
        const name = pattern.exec(section)?.[1];
        if (name !== undefined) found.set(`${kind.join(" ")} ${name}`, { kind, name });
      }
    }
  }
  return [...found.values()];
}
