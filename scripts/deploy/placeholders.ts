import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../lib/paths.ts";

/** Ids that name nothing at Cloudflare: they are there for local use. */
const PLACEHOLDER_ID = /^(?:database_)?id\s*=\s*"0{8}[-0-9]*"/m;

const NAMESPACE = /^\[\[kv_namespaces\]\]/;
const DATABASE = /^\[\[d1_databases\]\]/;

/** What must be created before `configs` can be deployed; empty when everything is. */
export function missingResources(configs: readonly string[]): readonly string[] {
  const steps = new Set<string>();
  for (const config of configs) {
    for (const section of sectionsOf(readFileSync(join(ROOT, config), "utf8"))) {
      if (!PLACEHOLDER_ID.test(section)) continue;
      const binding = /^binding\s*=\s*"(\w+)"/m.exec(section)?.[1] ?? "?";
      const places = configsWith(configs, binding).join(" and ");
      if (NAMESPACE.test(section)) {
        steps.add(
          `npx wrangler kv namespace create ${binding}\n` +
            `     put its id in place of the zeros of ${binding} in ${places}`,
        );
      }
      if (DATABASE.test(section)) {
        const name = /^database_name\s*=\s*"([^"]+)"/m.exec(section)?.[1] ?? "switchyard";
        steps.add(
          `npx wrangler d1 create ${name}\n` +
            `     put its database_id in place of the zeros of ${binding} in ${places}`,
        );
      }
    }
  }
  return [...steps];
}

/** Those of `configs` that have the binding. */
export function configsWith(configs: readonly string[], binding: string): readonly string[] {
  return configs.filter((config) =>
    readFileSync(join(ROOT, config), "utf8").includes(`binding = "${binding}"`),
  );
}

/** A TOML file's tables, each with its header line. */
export function sectionsOf(toml: string): readonly string[] {
  return toml.split(/^(?=\[)/m);
}
