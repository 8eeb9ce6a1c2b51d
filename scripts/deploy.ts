import { spawn } from "node:child_process";
import { HELP, parseDeployOptions } from "./deploy/options.ts";
import { namedResources } from "./deploy/named-resources.ts";
import { configsWith, missingResources } from "./deploy/placeholders.ts";
import { ROOT, tool } from "./lib/paths.ts";
import { OFFLINE_WRANGLER } from "./lib/quiet-wrangler.ts";
import { runProcess } from "./lib/run-process.ts";

/** In this order: what the later ones bind to must be there. */
const SPLIT = ["state", "control", "edge"].map((name) => `workers/${name}/wrangler.toml`);
const ALL_IN_ONE = ["wrangler.toml"];

const options = parseDeployOptions(process.argv.slice(2));
if (typeof options === "string") stop(options);
else if (options.help) console.log(HELP);
else {
  const configs = options.split ? SPLIT : ALL_IN_ONE;
  await (options.dryRun ? build(configs) : deploy(configs));
}

async function build(configs: readonly string[]): Promise<void> {
  for (const config of configs) {
    const built = await runProcess(
      tool("wrangler"),
      ["deploy", "--dry-run", "--config", config],
      OFFLINE_WRANGLER,
    );
    if (built.code !== 0) return stop(built.output.trim());
    const size = /Total Upload:.*$/m.exec(built.output)?.[0] ?? "";
    console.log(`ok    ${config}  ${size}`);
  }
  console.log("Nothing was deployed: this was a dry run.");
}

async function deploy(configs: readonly string[]): Promise<void> {
  const missing = missingResources(configs);
  // The Worker that has the database also has the management API.
  const guarded = configsWith(configs, "DB")[0] ?? "wrangler.toml";
  if (missing.length > 0) {
    const steps = [
      ...missing,
      `npx wrangler secret put ADMIN_TOKEN --config ${guarded}\n` +
        "     at least 32 random characters; it guards the management API",
      `npx wrangler secret put AUTH_SECRET --config ${guarded}\n` +
        "     at least 32 random characters; it signs people's sessions",
    ];
    return stop(
      `The configuration still has local placeholders. Log in with \`npx wrangler login\`, then:\n\n` +
        steps.map((step, index) => `  ${index + 1}. ${step}`).join("\n"),
    );
  }
  await wrangler(["d1", "migrations", "apply", "DB", "--remote", "--config", guarded]);
  await create(configs);
  for (const config of configs) {
    // The other form is for machines of one's own; see wrangler.toml.
    const vars = ["EVENT_QUEUE:cloudflare", "CLIENT_ADDRESS_HEADER:cf-connecting-ip"];
    await wrangler(["deploy", "--config", config, ...vars.flatMap((each) => ["--var", each])]);
  }

  const secrets = await runProcess(tool("wrangler"), ["secret", "list", "--config", guarded]);
  if (!secrets.output.includes("ADMIN_TOKEN")) {
    console.log(
      "\nThe management API answers nobody until it has its token:\n" +
        `  npx wrangler secret put ADMIN_TOKEN --config ${guarded}`,
    );
  }
  if (!secrets.output.includes("AUTH_SECRET")) {
    console.log(
      "\nNobody can sign in until there is a secret that signs sessions:\n" +
        `  npx wrangler secret put AUTH_SECRET --config ${guarded}`,
    );
  }
}

/** Makes what configurations call by name, where it is not there yet. */
async function create(configs: readonly string[]): Promise<void> {
  for (const { kind, name } of namedResources(configs)) {
    const found = await runProcess(tool("wrangler"), [...kind, "info", name]);
    if (found.code !== 0) await wrangler([...kind, "create", name]);
  }
}

/** In the person's own terminal, because it may have questions. */
function wrangler(args: readonly string[]): Promise<void> {
  return new Promise((resolve) => {
    const child = spawn(tool("wrangler"), [...args], { cwd: ROOT, stdio: "inherit" });
    child.on("close", (code) => {
      if (code === 0) resolve();
      else process.exit(code ?? 1);
    });
  });
}

function stop(message: string): void {
  console.error(message);
  process.exitCode = 1;
}
