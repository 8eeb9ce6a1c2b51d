import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { createInterface } from "node:readline";

const NAMES = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];
const ON_A_MAC = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome";

/** The program of a Chromium on this machine, `CHROMIUM` first; `undefined`: there is none. */
function findChromium(): string | undefined {
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  const known = folders.flatMap((folder) => NAMES.map((name) => join(folder, name)));
  return [process.env["CHROMIUM"] ?? "", ...known, ON_A_MAC].find((path) => existsSync(path));
}

/**
 * The program for tests of `what`; `undefined`: they are skipped. A machine may do without, but
 * where it is decided what is merged nothing is left out.
 */
export function chromiumFor(what: string): string | undefined {
  const program = findChromium();
  if (program !== undefined) return program;
  if (process.env["CI"] === "true") throw new Error("There is no Chromium on this machine.");
  process.stdout.write(
    `SKIPPED: nothing tests ${what}, for there is no Chromium on this machine. Install one ` +
      "(apt-get install chromium), or name its program in CHROMIUM.\n",
  );
  return undefined;
}

type Message = { id?: number; method?: string; params?: any; result?: any; error?: any };

/** A headless Chromium with one page, driven over the DevTools protocol. */
export class Browser {
  readonly #child: ChildProcess;
  readonly #profile: string;
  readonly #socket: WebSocket;
  readonly #waiting = new Map<number, (message: Message) => void>();
  #loaded: (() => void) | undefined;
  /** What the page has complained about: exceptions, errors logged, resources not loaded. */
  readonly complaints: string[] = [];
  #session: string | undefined;
  #calls = 0;

  private constructor(child: ChildProcess, profile: string, socket: WebSocket) {
    this.#child = child;
    this.#profile = profile;
    this.#socket = socket;
    socket.addEventListener("message", ({ data }) => this.#heard(JSON.parse(String(data))));
  }

  static async start(program: string): Promise<Browser> {
    const profile = mkdtempSync(join(tmpdir(), "switchyard-browser-"));
    const flags = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run"];
    // Shared memory is tiny in containers.
    flags.push("--disable-dev-shm-usage", "--remote-debugging-port=0", "--window-size=1200,900");
    const child = spawn(program, [...flags, `--user-data-dir=${profile}`, "about:blank"], {
      stdio: ["ignore", "ignore", "pipe"],
    });
    const socket = new WebSocket(await addressOf(child));
    await once(socket, "open");
    const browser = new Browser(child, profile, socket);
    const { targetId } = await browser.call("Target.createTarget", { url: "about:blank" });
    const attached = await browser.call("Target.attachToTarget", { targetId, flatten: true });
    browser.#session = attached.sessionId;
    for (const domain of ["Page", "Runtime", "Log"]) await browser.call(`${domain}.enable`);
    // Only a page that has the focus may use the clipboard.
    await browser.call("Emulation.setFocusEmulationEnabled", { enabled: true });
    return browser;
  }

  call(method: string, params: object = {}): Promise<any> {
    const id = (this.#calls += 1);
    const isOfBrowser = /^(?:Target|Browser)\./.test(method);
    const session = isOfBrowser ? {} : { sessionId: this.#session };
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, ({ error, result }) => {
        if (error === undefined) resolve(result);
        else reject(new Error(`${method}: ${JSON.stringify(error)}`));
      });
      this.#socket.send(JSON.stringify({ id, method, params, ...session }));
    });
  }

  /** Opens a page and waits until it has loaded. */
  async open(url: string): Promise<void> {
    const loaded = new Promise<void>((resolve) => (this.#loaded = resolve));
    await this.call("Page.navigate", { url });
    await loaded;
  }

  /** The value of an expression in the page; what it promises, when that is a promise. */
  async evaluate(expression: string): Promise<any> {
    const params = { expression, awaitPromise: true, returnByValue: true, userGesture: true };
    const { exceptionDetails, result } = await this.call("Runtime.evaluate", params);
    if (exceptionDetails !== undefined) throw new Error(JSON.stringify(exceptionDetails));
    return result.value;
  }

  async close(): Promise<void> {
    const ended = once(this.#child, "close");
    this.#child.kill("SIGKILL");
    await ended;
    rmSync(this.#profile, { recursive: true, force: true, maxRetries: 10 });
  }

  #heard(message: Message): void {
    const { id, method, params } = message;
    if (id !== undefined) this.#waiting.get(id)?.(message);
    if (method === "Page.loadEventFired") this.#loaded?.();
    if (method === "Runtime.exceptionThrown") this.complaints.push(JSON.stringify(params));
    if (method === "Runtime.consoleAPICalled" && params.type === "error")
      this.complaints.push(JSON.stringify(params.args));
    if (method === "Log.entryAdded" && params.entry.level === "error")
      this.complaints.push(`${params.entry.text} ${params.entry.url ?? ""}`);
  }
}

/** Where the browser listens, as it says on its error output; rejects when it ends instead. */
function addressOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    const said: string[] = [];
    child.once("error", reject);
    child.once("close", () => reject(new Error(`The browser has ended:\n${said.join("\n")}`)));
    if (child.stderr === null) return;
    createInterface({ input: child.stderr }).on("line", (line) => {
      said.push(line);
      const address = /^DevTools listening on (ws:\S+)/.exec(line)?.[1];
      if (address !== undefined) resolve(address);
    });
  });
}
