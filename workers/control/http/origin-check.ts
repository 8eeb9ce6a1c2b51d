import { ProblemError } from "./problem.ts";

/** What the check needs to know of an installation. */
export interface OriginEnv {
  /** Where people reach it, such as `https://flags.example.com`; absent: where requests say. */
  readonly PUBLIC_ORIGIN?: string;
}

const SAFE_METHODS: readonly string[] = ["GET", "HEAD", "OPTIONS"];

/**
 * Refuses a request that a page of another site may have made with its visitor's cookie. To be
 * called for every request whose credential a browser sends by itself; one with a token is of
 * whoever has the token, wherever it comes from.
 *
 * Three things must hold, each of which alone stops forms and scripts of other sites: the browser
 * names our own origin, it does not say that the request crosses sites, and the body is marked as
 * JSON, which no form can send. Throws a `ProblemError`.
 */
export function checkOrigin(request: Request, env: OriginEnv): void {
  if (SAFE_METHODS.includes(request.method)) return;
  const { headers } = request;
  const own = ownOrigin(request, env);
  const named = namedOrigin(headers);
  if (named !== own) throw refused(whyOrigin(named, own));
  const site = headers.get("sec-fetch-site");
  if (site !== null && site !== "same-origin" && site !== "none") {
    throw refused(
      `The browser marked it "Sec-Fetch-Site: ${shown(site)}"; "same-origin" may pass.`,
    );
  }
  const type = headers.get("content-type") ?? "";
  if (!/^application\/json\s*(?:;|$)/i.test(type)) {
    const is = type === "" ? "has no content-type" : `is marked as "${shown(type)}"`;
    throw refused(`The request ${is}. Send "content-type: application/json", without a body too.`);
  }
}

/** Where people reach the installation: as it is set, or as the request says. */
export function ownOrigin(request: Request, { PUBLIC_ORIGIN: set }: OriginEnv): string {
  return new URL(set === undefined || set === "" ? request.url : set).origin;
}

/** As the browser says; older ones name only the page. `null`: it says nothing. */
function namedOrigin(headers: Headers): string | null {
  const origin = headers.get("origin");
  if (origin !== null) return origin;
  const page = headers.get("referer");
  return page !== null && URL.canParse(page) ? new URL(page).origin : null;
}

function whyOrigin(named: string | null, own: string): string {
  const from = named === null ? "names no origin" : `comes from "${shown(named)}"`;
  return (
    `The request ${from}, and only pages of "${own}" may use a session. If people reach this ` +
    "installation elsewhere, set PUBLIC_ORIGIN to where they do; programs use a token."
  );
}

/** A header in a message for people: short, and on one line. */
const shown = (text: string) => text.replaceAll(/[^\x20-\x7e]/g, "?").slice(0, 100);

const refused = (detail: string) => new ProblemError("auth.origin-refused", { detail });
