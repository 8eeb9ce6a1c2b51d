import type { Page, PageRequest } from "../../core/authority/authority-api.ts";
import type { Caller } from "../caller.ts";
import type { Tags } from "../tags.ts";
import type { CatalogueFlag, FlagCategory, FlagStage, ListedFlag } from "./catalogue-flag.ts";

export interface CatalogueFilter {
  readonly category?: FlagCategory;
  readonly stage?: FlagStage;
}

/** Flags that carry a tag of this name and, where it is given, this value. */
export interface TagFilter {
  readonly name: string;
  readonly value?: string;
}

export interface CatalogueStore {
  find(projectId: string, key: string): Promise<ListedFlag | undefined>;
  /** Ordered by key; the cursor is the last key. */
  list(projectId: string, filter: CatalogueFilter, page: PageRequest): Promise<Page<ListedFlag>>;
  /** Ordered. */
  keysTagged(projectId: string, tag: TagFilter): Promise<readonly string[]>;
  /** By key; a flag that the catalogue lacks is left out. */
  tagsOf(projectId: string, keys: readonly string[]): Promise<ReadonlyMap<string, Tags>>;
  /** Enters the flag as pending in each of the environments. */
  insert(
    flag: CatalogueFlag,
    environments: readonly string[],
    caller: Caller,
  ): Promise<"committed" | "exists">;
  /** `"raced"` when another writer took the version first. */
  update(
    before: CatalogueFlag,
    after: CatalogueFlag,
    caller: Caller,
  ): Promise<"committed" | "raced">;
  /** Takes back an entry whose flag came to be in no environment at all. */
  withdraw(flag: CatalogueFlag, caller: Caller): Promise<void>;
  /** Notes that the flag is in these environments. */
  confirm(projectId: string, key: string, environments: readonly string[]): Promise<void>;
}
