import { expect } from "vitest";
import type { Management } from "./management.ts";
import { PLACE, PROJECT, type Acknowledged, type Written } from "./writers.ts";

interface LogChange {
  readonly kind: string;
  readonly key: string;
  readonly after: { readonly version: number };
  readonly afterDocument: any;
}

interface LogEntry {
  readonly revision: number;
  readonly action: string;
  readonly changes: readonly LogChange[];
}

/** The log as it grew over all restarts, and what is checked of it after each. */
export class Agreement {
  readonly #send: Management;
  readonly #log: LogEntry[];

  constructor(send: Management, log: LogEntry[]) {
    this.#send = send;
    this.#log = log;
  }

  /** Everything that was promised is there, and all that is there agrees. */
  async check(written: Written): Promise<void> {
    const before = this.#log.length;
    await this.#readOn();
    expect(this.#log.map(({ revision }) => revision)).toEqual(this.#log.map((_, at) => at + 1));
    for (const promised of written.acknowledged) this.#holds(promised);
    const added = this.#log.slice(before).flatMap(({ changes }) => changes);
    for (const key of written.entries) {
      expect(added.some((change) => change.kind === "flag" && change.key === key)).toBe(true);
    }
    expect(await this.#get(`${PLACE}/log/verification`)).toMatchObject({
      verified: true,
      entries: this.#log.length,
      fault: null,
    });
    await this.#stateIsTheLog();
    await this.#signsWithTheLogsKey();
    await this.#catalogueHas(written.entries);
  }

  /** What got no answer is done or can be done by asking again. */
  async finish({ unanswered }: Written): Promise<void> {
    for (const { key, body } of unanswered) {
      const again = await this.#send("POST", `${PROJECT}/flags`, body);
      expect([201, 409], JSON.stringify(again)).toContain(again?.status);
      const entry = await this.#get(`${PROJECT}/flags/${key}`);
      expect(entry).toMatchObject({ environments: ["prod"], pending: [] });
      await this.#get(`${PLACE}/flags/${key}`);
    }
  }

  /** Ends all keys: an environment has a limited number of them. */
  async revokeKeys(): Promise<void> {
    let cursor = "";
    do {
      const page = await this.#get(`${PLACE}/keys?limit=200${cursor}`);
      for (const { id, revokedAtMs } of page.items) {
        if (revokedAtMs !== null) continue;
        const answer = await this.#send("POST", `${PLACE}/keys/${id}/revoke`);
        expect(answer?.status, JSON.stringify(answer)).toBe(200);
      }
      cursor = page.next === null ? "" : `&cursor=${encodeURIComponent(page.next)}`;
    } while (cursor !== "");
  }

  #holds({ kind, key, version, revision, document }: Acknowledged): void {
    const change = this.#log[revision - 1]?.changes.find(
      (each) => each.kind === kind && each.key === key,
    );
    expect(change?.after.version, `${kind} ${key} of revision ${revision}`).toBe(version);
    if (document !== undefined) expect(change?.afterDocument).toEqual(document);
  }

  /** The ruleset that is served is what the log's entries lead to, one by one. */
  async #stateIsTheLog(): Promise<void> {
    const ruleset = await this.#get(`${PLACE}/ruleset`);
    expect(ruleset.revision).toBe(this.#log.length);
    const newest = new Map<string, LogChange>();
    for (const { action, changes } of this.#log) {
      for (const change of changes) {
        // The authority's own: never served.
        if (change.kind === "signing-key") continue;
        const name = `${change.kind} ${change.key}`;
        if (action === "key.revoke") newest.delete(name);
        else newest.set(name, change);
      }
    }
    const served = new Map<string, { version: number; document: unknown }>();
    for (const [kind, list] of [
      ["flag", ruleset.flags],
      ["segment", ruleset.segments],
      ["key", ruleset.keys],
    ] as const) {
      for (const each of list) served.set(`${kind} ${each.document.key ?? each.document.id}`, each);
    }
    expect([...served.keys()].toSorted()).toEqual([...newest.keys()].toSorted());
    for (const [name, { version, document }] of served) {
      const change = newest.get(name);
      expect(version, name).toBe(change?.after.version);
      if (!name.startsWith("key ")) expect(document).toEqual(change?.afterDocument);
    }
  }

  /** The key is in the log, and its private half has outlived the kill: what leaves is sealed. */
  async #signsWithTheLogsKey(): Promise<void> {
    const added = this.#log.flatMap(({ changes }) =>
      changes.filter(({ kind }) => kind === "signing-key").map(({ key }) => key),
    );
    const { items } = await this.#get(`${PLACE}/signing-keys`);
    expect(items.map(({ id }: { readonly id: string }) => id)).toEqual(added);
    // Answered only by who can sign it.
    await this.#get(`${PLACE}/changes?since=0`);
  }

  async #catalogueHas(keys: readonly string[]): Promise<void> {
    const there = new Map<string, unknown>();
    if (keys.length === 0) return;
    let cursor = "";
    do {
      const page = await this.#get(`${PROJECT}/flags?limit=200${cursor}`);
      for (const entry of page.items) there.set(entry.key, entry.environments);
      cursor = page.next === null ? "" : `&cursor=${encodeURIComponent(page.next)}`;
    } while (cursor !== "");
    for (const key of keys) expect(there.get(key), key).toEqual(["prod"]);
  }

  /** The newest come first; reading ends at what is known, which has to be the same still. */
  async #readOn(): Promise<void> {
    const known = this.#log.length;
    const fresh: LogEntry[] = [];
    let cursor = "";
    do {
      const page = await this.#get(`${PLACE}/log?limit=200${cursor}`);
      const items: readonly LogEntry[] = page.items;
      fresh.push(...items.filter(({ revision }) => revision > known));
      const old = items.find(({ revision }) => revision <= known);
      if (old !== undefined) expect(old).toEqual(this.#log[old.revision - 1]);
      cursor =
        page.next === null || old !== undefined ? "" : `&cursor=${encodeURIComponent(page.next)}`;
    } while (cursor !== "");
    this.#log.push(...fresh.toReversed());
  }

  async #get(path: string): Promise<any> {
    const answer = await this.#send("GET", path);
    expect(answer?.status, `${path}: ${JSON.stringify(answer)}`).toBe(200);
    return answer?.body;
  }
}
