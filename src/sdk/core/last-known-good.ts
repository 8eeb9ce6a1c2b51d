import { isRecord } from "../../core/json.ts";
import { snapshotOf } from "./held-documents.ts";
import type { LastKnownGoodStorage } from "./ports.ts";
import type { ReceivedState } from "./read-word.ts";
import type { HeldRevision } from "./ruleset-store.ts";

const FORMAT = "switchyard.last-known-good/1";

/**
 * What a client held last, in its application's storage, with its seal: it is believed at the next
 * start for the same reasons as when it came. Storage that fails is storage that is empty.
 */
export class LastKnownGood {
  readonly #storage: LastKnownGoodStorage;
  #isWriting = false;
  #next: HeldRevision | null = null;

  constructor(storage: LastKnownGoodStorage) {
    this.#storage = storage;
  }

  /** `null`: there is none, or none that can be read. Never rejects. */
  async read(): Promise<ReceivedState | null> {
    try {
      const kept: unknown = JSON.parse((await this.#storage.get()) ?? "null");
      if (!isRecord(kept) || kept["format"] !== FORMAT) return null;
      return { kind: "snapshot", snapshot: kept["snapshot"], seal: kept["seal"] };
    } catch {
      return null;
    }
  }

  /** One write at a time; of what comes meanwhile, only the newest is written. */
  write(held: HeldRevision): void {
    this.#next = held;
    if (!this.#isWriting) void this.#writeAll();
  }

  async #writeAll(): Promise<void> {
    this.#isWriting = true;
    while (this.#next !== null) {
      const { header, documents, seal } = this.#next;
      this.#next = null;
      const text = JSON.stringify({
        format: FORMAT,
        snapshot: snapshotOf(header, documents),
        seal,
      });
      try {
        await this.#storage.put(text);
      } catch {
        // The next start has an older one, or none.
      }
    }
    this.#isWriting = false;
  }
}
