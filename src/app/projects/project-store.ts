import type { Page, PageRequest } from "../../core/authority/authority-api.ts";
import type { Caller } from "../caller.ts";
import type { Project } from "./project.ts";

export interface ProjectStore {
  find(organisationId: string, key: string): Promise<Project | undefined>;
  /** Ordered by key; the cursor is the last key. */
  list(organisationId: string, page: PageRequest): Promise<Page<Project>>;
  insert(project: Project, caller: Caller): Promise<"committed" | "exists">;
  /** `"raced"` when another writer took the version first. */
  update(before: Project, after: Project, caller: Caller): Promise<"committed" | "raced">;
}
