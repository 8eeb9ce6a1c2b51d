import type { AuditedEvent } from "../../../src/app/audit/audit-view.ts";

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
