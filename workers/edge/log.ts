export type LogLevel = "warn" | "error";

/**
 * One structured line about something that went wrong. Fields may name environments, revisions,
 * codes and document keys; never attributes of a context, and never SDK keys.
 */
export type Log = (
  level: LogLevel,
  event: string,
  fields: Readonly<Record<string, unknown>>,
) => void;

/** Writes lines as JSON, which the platform's log store indexes by member. */
export const consoleLog: Log = (level, event, fields) => {
  const line = JSON.stringify({ level, event, ...fields });
  console[level](line);
};
