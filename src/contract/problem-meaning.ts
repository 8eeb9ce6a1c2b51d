/** What a problem code means, in the same words for every occasion. */
export interface ProblemMeaning {
  readonly status:
    | 400
    | 401
    | 403
    | 404
    | 405
    | 409
    | 412
    | 413
    | 415
    | 422
    | 428
    | 429
    | 500
    | 503;
  readonly title: string;
  /** What leads to it and what to do about it, for the documentation. */
  readonly meaning: string;
}

/** For what is edited under a version. */
export const versionConflict = (what: string) =>
  ({
    status: 412,
    title: `The ${what} has changed`,
    meaning: "Someone saved a newer version. Read it and apply the change again.",
  }) as const;
