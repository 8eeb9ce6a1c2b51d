import { startRuntime } from "./runtime.ts";
import { settingsIn } from "./settings.ts";

// In a process of its own and in its own group, so that whoever started it can end all of it, and
// so that it ends by itself when whoever started it is gone.
const [host = "127.0.0.1", port = "0", storage = "", secretsFile = ""] = process.argv.slice(2);

const starting = startRuntime({
  host,
  port: Number(port),
  storage,
  secrets: settingsIn(secretsFile),
  onLog: (line) => process.stdout.write(`${line}\n`),
});

let isEnding = false;
for (const event of ["SIGTERM", "disconnect"]) {
  process.on(event, () => {
    if (isEnding) return;
    isEnding = true;
    void starting.then((runtime) => runtime.dispose()).finally(() => process.exit(0));
  });
}

try {
  const runtime = await starting;
  const { origin } = await runtime.unsafeGetDirectURL();
  process.send?.({ origin });
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
