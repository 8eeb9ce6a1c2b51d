import type { ProblemCode } from "../../../src/contract/problems.ts";
import { ProblemError } from "../http/problem.ts";

interface Meant {
  readonly code: ProblemCode;
  readonly detail: string;
}

const wrongCode: Meant = {
  code: "two-factor.refused",
  detail: "The code is wrong, or the password was given too long ago. Sign in again.",
};
const locked: Meant = {
  code: "sign-in.too-many-attempts",
  detail: "Too many codes were wrong. Wait 15 minutes, then sign in again.",
};
const wrongPassword: Meant = {
  code: "password.wrong",
  detail: "The password is not the one of whoever is signed in.",
};

/** The library's codes that people meet, in our words. */
const MEANT: Readonly<Record<string, Meant>> = {
  INVALID_EMAIL_OR_PASSWORD: {
    code: "sign-in.refused",
    detail: "The e-mail address or the password is wrong. Passwords can be set anew by e-mail.",
  },
  INVALID_EMAIL: {
    code: "sign-in.refused",
    detail: "The e-mail address is not one. It looks like name@example.com.",
  },
  PERSON_DEACTIVATED: {
    code: "sign-in.deactivated",
    detail: "This account is switched off. An owner of the organisation can switch it on again.",
  },
  INVALID_PASSWORD: wrongPassword,
  INVALID_TOKEN: {
    code: "link.void",
    detail: "The link was used, or has expired after an hour. Ask for another.",
  },
  INVALID_CODE: wrongCode,
  INVALID_BACKUP_CODE: wrongCode,
  INVALID_TWO_FACTOR_COOKIE: wrongCode,
  TOO_MANY_ATTEMPTS_REQUEST_NEW_CODE: locked,
  ACCOUNT_TEMPORARILY_LOCKED: locked,
};

/** A refusal of the library as a problem; an error when it could not do its work. */
export function libraryProblem(status: number, body: unknown): Error {
  const code = memberOf(body, "code");
  const meant = MEANT[code];
  if (meant !== undefined) return new ProblemError(meant.code, { detail: meant.detail });
  if (status >= 500) return new Error(`the library answered ${status} ${code}`);
  if (status === 401) return nobodySignedIn();
  const said = memberOf(body, "message");
  return new ProblemError("identity.refused", {
    detail: said === "" ? `It was refused (${status}).` : `${said.replace(/\.$/, "")}.`,
  });
}

export const nobodySignedIn = () =>
  new ProblemError("session.required", {
    detail: "Nobody is signed in here. Sign in by POST /api/auth/sign-in/email.",
  });

function memberOf(body: unknown, name: string): string {
  if (typeof body !== "object" || body === null || !(name in body)) return "";
  const value: unknown = Object.entries(body).find(([key]) => key === name)?.[1];
  return typeof value === "string" ? value : "";
}
