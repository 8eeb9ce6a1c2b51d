import type { Target } from "./hostile-request.ts";

/** The environment that the requests go to. */
export interface Attacked {
  readonly environmentId: string;
  readonly breakGlassKeyId: string;
}

/** Routes that share what is sent to them. */
export interface Group {
  readonly paths: readonly string[];
  /** Sound bodies, or what makes them for the environment under attack. */
  readonly bodies: readonly unknown[] | ((attacked: Attacked) => readonly unknown[]);
  readonly methods?: Target["methods"];
  /** What they come with, instead of the token of the management API: a page's come from its origin. */
  readonly by?: "sdk-key" | "page";
}
