import type { Page, PageRequest } from "../../core/authority/authority-api.ts";
import type { Caller } from "../caller.ts";
import type { Environment, Place } from "./environment.ts";

export interface EnvironmentStore {
  locate(place: Place): Promise<Environment | "no-project" | "no-environment">;
  /** Ordered by key; the cursor is the last key. */
  list(projectId: string, page: PageRequest): Promise<Page<Environment>>;
  insert(environment: Environment, caller: Caller): Promise<"committed" | "exists">;
  markInitialised(environment: Environment, atMs: number): Promise<void>;
  /** `"raced"` when another writer took the version first. */
  update(before: Environment, after: Environment, caller: Caller): Promise<"committed" | "raced">;
}
