// Every npm script begins here, with whatever Node the machine has (20 or newer) and perhaps
// without node_modules. It installs what is missing and hands over to the pinned Node, which
// runs TypeScript as it is.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, lstatSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { constants } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const modules = join(root, "node_modules");
const pinnedNode = join(modules, "node", "bin", "node");
const lockFile = join(root, "package-lock.json");
const stampFile = join(modules, ".switchyard-install");

const [script, ...args] = process.argv.slice(2);
if (script === undefined || !existsSync(join(root, script))) {
  stop(`Usage: node scripts/run.mjs scripts/<name>.ts [arguments]`);
}
install();
handOver(script, args);

/** Runs `npm ci` unless the installed packages are those of package-lock.json. */
function install() {
  const wanted = createHash("sha256").update(readFileSync(lockFile)).digest("hex");
  if (isInstalled(wanted)) return;
  // `npm ci` empties the folder first; behind a link that is somebody else's.
  if (lstatSync(modules, { throwIfNoEntry: false })?.isSymbolicLink()) {
    stop("node_modules is a link, and what it leads to is not what package-lock.json asks for.");
  }

  const began = Date.now();
  console.error("Installing dependencies (about half a minute, only when they changed) …");
  const npm = process.env.npm_execpath;
  const npmArgs = ["ci", "--no-audit", "--no-fund", "--loglevel=error"];
  const installed = npm?.endsWith(".js")
    ? spawnSync(process.execPath, [npm, ...npmArgs], { cwd: root, encoding: "utf8" })
    : spawnSync("npm", npmArgs, { cwd: root, encoding: "utf8" });
  if (installed.status !== 0 || !existsSync(pinnedNode)) {
    const said = `${installed.stdout ?? ""}${installed.stderr ?? ""}`.trim();
    stop(`${said}\n\nDependencies could not be installed. Is the npm registry reachable?`);
  }
  writeFileSync(stampFile, wanted);
  console.error(`Installed in ${Math.round((Date.now() - began) / 1000)} s.`);
}

function isInstalled(wanted) {
  if (!existsSync(pinnedNode)) return false;
  if (existsSync(stampFile)) return readFileSync(stampFile, "utf8") === wanted;
  // After an `npm ci` by hand, npm's own list is newer than the lock file it was made from.
  const list = join(modules, ".package-lock.json");
  if (!existsSync(list) || statSync(list).mtimeMs < statSync(lockFile).mtimeMs) return false;
  writeFileSync(stampFile, wanted);
  return true;
}

function handOver(file, rest) {
  const path = [join(modules, "node", "bin"), join(modules, ".bin"), process.env.PATH ?? ""];
  const child = spawn(pinnedNode, ["--disable-warning=ExperimentalWarning", file, ...rest], {
    cwd: root,
    // The channel carries nothing; its end tells the child that this process is gone.
    stdio: ["inherit", "inherit", "inherit", "ipc"],
    env: { ...process.env, PATH: path.join(delimiter) },
  });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
    process.on(signal, () => child.kill(signal));
  }
  if (process.env.npm_lifecycle_event !== undefined) whenParentIsGone(() => child.kill("SIGTERM"));
  child.on("exit", (code, signal) => {
    process.exit(code ?? 128 + (constants.signals[signal] ?? 0));
  });
}

/** A signal to npm alone ends npm and its shell, and never arrives here. */
function whenParentIsGone(then) {
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    then();
  }, 250);
}

function stop(message) {
  console.error(message);
  process.exit(1);
}
