import type { AuditDraft } from "../../core/audit/entry.ts";
import type { Page, PageRequest } from "../../core/authority/authority-api.ts";

/** A message that could not be counted, set aside for a person to look at. */
export interface DeadLetter {
  /** 32 lower-case hexadecimal digits, the same however often the message is set aside. */
  readonly id: string;
  /** `null`: the message does not say, or cannot be read. */
  readonly environmentId: string | null;
  /** The chunk that it is; `null`: it cannot be read. */
  readonly chunkId: string | null;
  readonly queue: string;
  /** In milliseconds since the Unix epoch. */
  readonly setAsideAtMs: number;
  /** How often it was delivered. */
  readonly attempts: number;
  readonly reason: string;
  readonly bytes: number;
}

/** Where messages are set aside. */
export interface DeadLetterStore {
  /** Does nothing when it is listed. */
  add(letter: DeadLetter): Promise<void>;
}

/** Whose letters somebody may see. */
export interface LetterReach {
  /** Those of this organisation's environments. */
  readonly organisationId: string;
  /** Those as well that name no environment that there is: they may be anyone's. */
  readonly strays: boolean;
}

/** The list of what is set aside, for people. */
export interface DeadLetterList {
  /** Newest first. */
  page(reach: LetterReach, page: PageRequest): Promise<Page<DeadLetter>>;
  find(reach: LetterReach, id: string): Promise<DeadLetter | undefined>;
  /** Records why it is gone, in the same step. */
  remove(id: string, draft: AuditDraft): Promise<void>;
}

/** The messages themselves, as JSON text. */
export interface DeadLetterBodies {
  put(id: string, body: string): Promise<void>;
  /** `null`: there is none. */
  get(id: string): Promise<string | null>;
  remove(id: string): Promise<void>;
}
