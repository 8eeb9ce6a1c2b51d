import { tool } from "./lib/paths.ts";
import { runProcess } from "./lib/run-process.ts";

const { code, output } = await runProcess(tool("oxfmt"), []);
console.log(output.trim());
process.exitCode = code;
