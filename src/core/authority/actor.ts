/** Who asks for a change; written into the log as it stands. */
export interface Actor {
  readonly kind: "user" | "service" | "system";
  /** Stable id: survives renames. */
  readonly id: string;
  /** For people who read the log. */
  readonly name: string;
}
