/** Writes one structured line. Never give it bodies, contexts, tokens or keys. */
export type Log = (level: "info" | "warn" | "error", event: string, fields: object) => void;

export const consoleLog: Log = (level, event, fields) => {
  // oxlint-disable-next-line no-console -- This is where log lines leave the Worker.
  console[level](JSON.stringify({ level, event, ...fields }));
};
