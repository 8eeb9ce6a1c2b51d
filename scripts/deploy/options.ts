import { nearestName } from "../../src/core/conditions/nearest-name.ts";

export const HELP = `Deploys Switchyard to Cloudflare.

  npm run deploy -- [options]          everything in one Worker
  npm run deploy:split -- [options]    three Workers: state, control, edge

  --dry-run   build only; needs neither account nor network
  --help      this text`;

export interface DeployOptions {
  readonly split: boolean;
  readonly dryRun: boolean;
  readonly help: boolean;
}

/** Reads the command line. A string is a refusal in words for the person who typed it. */
export function parseDeployOptions(args: readonly string[]): DeployOptions | string {
  const known = ["--split", "--dry-run", "--help"];
  for (const arg of args) {
    if (known.includes(arg)) continue;
    const meant = nearestName(arg, known);
    const hint = meant === undefined ? `Known are ${known.join(", ")}.` : `Did you mean ${meant}?`;
    return `Unknown option ${arg}. ${hint}`;
  }
  return {
    split: args.includes("--split"),
    dryRun: args.includes("--dry-run"),
    help: args.includes("--help"),
  };
}
