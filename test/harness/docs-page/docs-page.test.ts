import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PROBLEMS } from "../../../src/contract/problems.ts";
import { RunningEdge } from "../openfeature/running-edge.ts";
import { Browser, chromiumFor } from "./browser.ts";

const program = chromiumFor("the documentation page");

describe.skipIf(program === undefined)("the documentation page", () => {
  let edge: RunningEdge;
  let browser: Browser;
  beforeAll(async () => {
    edge = await RunningEdge.start();
    browser = await Browser.start(program!);
    await open("");
  });
  afterAll(async () => {
    await browser?.close();
    await edge?.close();
  });

  /** Waits until an expression is true in the page. */
  const until = (expression: string) =>
    browser.evaluate(
      `(async () => { while (!(${expression})) await new Promise((go) => setTimeout(go, 10)); })()`,
    );

  /** Opens the page anew, at an anchor if one is given, and waits until it shows the endpoints. */
  async function open(anchor: string): Promise<void> {
    await browser.open("about:blank");
    await browser.open(`${edge.url}/api/docs${anchor}`);
    await until('document.querySelector("article") !== null');
  }

  const idsOf = (selector: string): Promise<string[]> =>
    browser.evaluate(`[...document.querySelectorAll("${selector}")].map(({ id }) => id)`);
  const textOf = (selector: string): Promise<string> =>
    browser.evaluate(`document.querySelector("${selector}").textContent`);

  /** Presses a key, which writes `text` where the focus is, unless the page does something else. */
  async function press(key: string, text = ""): Promise<void> {
    await browser.call("Input.dispatchKeyEvent", { type: "keyDown", key, text });
    await browser.call("Input.dispatchKeyEvent", { type: "keyUp", key });
  }

  async function search(words: string): Promise<void> {
    await browser.evaluate('document.getElementById("search").select()');
    await press("Backspace");
    await browser.call("Input.insertText", { text: words });
    await browser.evaluate('document.getElementById("search").dispatchEvent(new Event("input"))');
  }

  it("shows every endpoint, problem and schema, and nothing in it fails", async () => {
    const response = await fetch(`${edge.url}/api/openapi.json`);
    const api: any = await response.json();
    const operations = Object.values<any>(api.paths).flatMap((methods) =>
      Object.values<any>(methods).map(({ operationId }) => operationId),
    );
    expect(new Set(await idsOf("main article"))).toEqual(
      new Set([
        ...operations,
        ...Object.keys(PROBLEMS).map((code) => `problem-${code}`),
        ...Object.keys(api.components.schemas).map((name) => `schema-${name}`),
      ]),
    );
    expect(browser.complaints).toEqual([]);
  });

  it("has a place for every link that leads into it", async () => {
    const lost = await browser.evaluate(
      `[...document.querySelectorAll('a[href^="#"]')].map((link) => link.hash.slice(1))
        .filter((id) => document.getElementById(decodeURIComponent(id)) === null)`,
    );
    expect(lost).toEqual([]);
  });

  const inSight = (code: string) =>
    browser.evaluate(`(() => {
      const { top, height } = document.getElementById("problem-${code}").getBoundingClientRect();
      return height > 0 && top >= 0 && top < innerHeight;
    })()`);

  it("opens at a problem's anchor, as the answers of the API name it", async () => {
    expect(await inSight("precondition.required")).toBe(false);
    await open("#problem-precondition.required");
    await expect.poll(() => inSight("precondition.required")).toBe(true);
    await open("");
  });

  it("shows what matches all words of the search, and its place in the index", async () => {
    const all = await idsOf("article");
    await press("/", "/");
    expect(await browser.evaluate("document.activeElement.id")).toBe("search");
    await search("Kill If-Match");
    const shown = await idsOf("article:not([hidden])");
    expect(shown.length).toBeGreaterThan(0);
    expect(shown.length).toBeLessThan(all.length / 2);
    expect(await textOf("#count")).toBe(`${shown.length} matching`);
    const matches = await browser.evaluate(
      `[...document.querySelectorAll("article")].filter(({ textContent }) =>
        /kill/i.test(textContent) && /if-match/i.test(textContent)).map(({ id }) => id)`,
    );
    expect(shown).toEqual(matches);
    const listed = await browser.evaluate(
      `[...document.querySelectorAll("li[data-for]:not([hidden])")].map((item) => item.dataset.for)`,
    );
    expect(listed).toEqual(shown.filter((id) => !/^(?:problem|schema)-/.test(id)));

    await search("no such thing anywhere");
    expect(await idsOf("article:not([hidden])")).toEqual([]);
    expect(await textOf("#count")).toBe("Nothing matches.");
    await search("");
    expect(await idsOf("article:not([hidden])")).toEqual(all);
  });

  it("copies a curl command, or says that it may not", async () => {
    const { origin } = new URL(edge.url);
    const allow = (setting: "granted" | "denied") =>
      Promise.all(
        ["clipboard-write", "clipboard-read"].map((name) =>
          browser.call("Browser.setPermission", { origin, permission: { name }, setting }),
        ),
      );
    const click = 'document.querySelector("article button").click()';
    await allow("granted");
    await browser.evaluate(click);
    await expect.poll(() => textOf("article button")).toBe("Copied");
    const copied = await browser.evaluate("navigator.clipboard.readText()");
    expect(copied).toBe(await textOf("article pre"));
    expect(copied).toMatch(/^curl -X \w+ 'http/);

    await open("");
    await allow("denied");
    await browser.evaluate(click);
    await expect.poll(() => textOf("article button")).toBe("Copying is not allowed here");
  });

  /** How a screenshot looks: its mean brightness, 0 to 255, and how many colours it has. */
  async function look(png: string): Promise<{ brightness: number; colors: number }> {
    return browser.evaluate(`(async () => {
      const bytes = Uint8Array.from(atob("${png}"), (byte) => byte.charCodeAt(0));
      const image = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
      const canvas = new OffscreenCanvas(image.width, image.height).getContext("2d");
      canvas.drawImage(image, 0, 0);
      const { data } = canvas.getImageData(0, 0, image.width, image.height);
      const colors = new Set(new Uint32Array(data.buffer)).size;
      let sum = 0;
      for (let at = 0; at < data.length; at += 4) sum += data[at] + data[at + 1] + data[at + 2];
      return { brightness: sum / (data.length * 0.75), colors };
    })()`);
  }

  it.each([
    { scheme: "light", least: 200, most: 254 },
    { scheme: "dark", least: 10, most: 70 },
  ])("is readable in a $scheme colour scheme", async ({ scheme, least, most }) => {
    const features = [{ name: "prefers-color-scheme", value: scheme }];
    await browser.call("Emulation.setEmulatedMedia", { features });
    const { data } = await browser.call("Page.captureScreenshot", { format: "png" });
    const { brightness, colors } = await look(data);
    expect(brightness).toBeGreaterThan(least);
    expect(brightness).toBeLessThan(most);
    expect(colors).toBeGreaterThan(50);
  });

  it("has complained about nothing meanwhile, and would have been heard", async () => {
    expect(browser.complaints).toEqual([]);
    await browser.evaluate('console.error("ouch")');
    await expect.poll(() => browser.complaints).toMatchObject([expect.stringContaining("ouch")]);
  });
});
