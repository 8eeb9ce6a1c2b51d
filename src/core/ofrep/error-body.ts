/** The error codes of OpenFeature that a server can know. */
export type OfrepErrorCode =
  | "FLAG_NOT_FOUND"
  | "GENERAL"
  | "INVALID_CONTEXT"
  | "PARSE_ERROR"
  | "TARGETING_KEY_MISSING";

export interface OfrepError {
  readonly errorCode: OfrepErrorCode;
  /** For people: what is wrong, and what to do next. Never empty: some clients need it. */
  readonly errorDetails: string;
}

/**
 * The JSON body of an error. `flagKey` is named whenever one flag was asked for, because clients
 * believe the error code only beside it; `null` for a whole bulk.
 */
export function errorText(error: OfrepError, flagKey: string | null): string {
  const { errorCode, errorDetails } = error;
  return JSON.stringify(
    flagKey === null ? { errorCode, errorDetails } : { key: flagKey, errorCode, errorDetails },
  );
}
