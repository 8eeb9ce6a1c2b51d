/** A message to one person. */
export interface Email {
  readonly to: string;
  readonly subject: string;
  /** Plain text; links stand on lines of their own. */
  readonly text: string;
}

/**
 * How messages leave an installation. `sent`: they go out. `kept`: development shows them on a page.
 * `none`: nobody gets them, so whoever asked for a link must be given it.
 */
export interface Mailer {
  readonly delivery: "sent" | "kept" | "none";
  /** Rejects when the message was not taken. Does nothing where there is no delivery. */
  send(email: Email): Promise<void>;
}
