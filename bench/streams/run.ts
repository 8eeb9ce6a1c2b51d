import { spawnSync } from "node:child_process";
import { cpus, loadavg } from "node:os";
import { note, print } from "../lib/print.ts";
import { measureLatency } from "./measure-latency.ts";
import { measureRestart } from "./measure-restart.ts";

const USAGE = `node bench/streams/run.ts [quick] [200] [5000] [restart]

  quick     fewer changes and clients: to see that it works
  200       from a save to each of 200 clients, and the floor of that
  5000      the same of 5,000 clients
  restart   2,000 clients come back to a server that is restarted

All, when none is named. It ends by itself and stays on this machine.`;

const SECTIONS = ["200", "5000", "restart"];

const words = process.argv.slice(2);
if (words.some((word) => word !== "quick" && !SECTIONS.includes(word))) {
  note(USAGE);
  process.exit(1);
}

if (process.env["STREAMS_LIMIT_RAISED"] === undefined) {
  // A socket is an open file, and the usual limit is a thousand.
  const raised = 'ulimit -n "$(ulimit -Hn)" && exec "$@"';
  const { status } = spawnSync(
    "sh",
    ["-c", raised, "sh", process.execPath, ...process.argv.slice(1)],
    {
      stdio: "inherit",
      env: { ...process.env, STREAMS_LIMIT_RAISED: "yes" },
    },
  );
  process.exit(status ?? 1);
}

const isQuick = words.includes("quick");
const isWanted = (section: string) =>
  words.includes(section) || !words.some((word) => SECTIONS.includes(word));
const [{ model } = { model: "unknown processor" }] = cpus();
print(`${new Date().toISOString().slice(0, 10)}, ${cpus().length} × ${model}`);
print(`Load of the machine before: ${loadavg()[0]?.toFixed(2)}. On a quiet one it is near 0.\n`);
if (isWanted("200")) {
  print("200 clients\n");
  await measureLatency({ clients: 200, changes: isQuick ? 10 : 100, pauseMs: 150 });
}
if (isWanted("5000")) {
  print("5,000 clients\n");
  await measureLatency({
    clients: isQuick ? 1_000 : 5_000,
    changes: isQuick ? 5 : 20,
    pauseMs: 1_500,
  });
}
if (isWanted("restart")) await measureRestart(isQuick ? 400 : 2_000);
process.exit(0);
