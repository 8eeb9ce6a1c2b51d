import type { Hono } from "hono";
import type { AppEnv } from "../http/app-env.ts";
import landingPage from "./landing.html";
import docsPage from "./page.html";
import shell from "./shell.html";

/** The pages for people: both public, both free of anything an installation holds. */
export function registerDocs(app: Hono<AppEnv>): void {
  app.get("/api/docs", () => page(docsPage));
  app.get("/", (c) => {
    const wantsHtml = (c.req.header("accept") ?? "").includes("text/html");
    if (wantsHtml) return smallPage(landingPage);
    return c.json({ name: "switchyard", docs: "/api/docs", openapi: "/api/openapi.json" });
  });
}

/** A page that is told by its title, its own styles and its content. */
export const smallPage = (content: string): Response =>
  page(shell.replace("__PAGE__", () => content));

/** Only what carries this answer's nonce may run or style; nothing else is loaded. */
function page(html: string): Response {
  const nonce = crypto.randomUUID();
  return new Response(html.replaceAll("__NONCE__", nonce), {
    headers: {
      "content-type": "text/html; charset=utf-8",
      "cache-control": "no-cache",
      "content-security-policy":
        `default-src 'none'; script-src 'nonce-${nonce}'; style-src 'nonce-${nonce}'; ` +
        "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; " +
        "require-trusted-types-for 'script'; trusted-types 'none'",
    },
  });
}
