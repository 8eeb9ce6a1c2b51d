import type { AuditedEvent } from "../../../src/app/audit/audit-view.ts";
import type { AuditBroken } from "../../../src/app/audit/export-chain.ts";
import { ProblemError } from "../http/problem.ts";

/** Nothing is made of a chain that is not whole. */
export const brokenChain = ({ sequence, what }: AuditBroken) =>
  new ProblemError("audit.broken", {
    detail: `The chain is broken at entry ${sequence}: ${what}.`,
    facts: { sequence },
  });

/** An entry as the view and the stream tell it. */
export const toResponse = ({ chain, ...event }: AuditedEvent) => ({
  ...event,
  chain: chain === "" ? "organisation" : chain,
});

/** Of an answer that a browser saves under this name. */
export const fileHeaders = (type: string, name: string) => ({
  "content-type": type,
  "content-disposition": `attachment; filename="${name}"`,
});
