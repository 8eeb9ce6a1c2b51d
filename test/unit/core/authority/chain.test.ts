import { describe, expect, it } from "vitest";
import {
  ChainVerifier,
  GENESIS_HASH,
  type LogEntryBody,
  sealEntry,
  type StoredText,
} from "../../../../src/core/authority/chain.ts";
import { versionHash } from "../../../../src/core/authority/document-version.ts";
import type { LogEntry } from "../../../../src/core/authority/log-entry.ts";
import { sha256Hex } from "../../../../src/core/hash/sha256.ts";
import { canonicalJson } from "../../../../src/core/json.ts";

interface Link {
  readonly entry: LogEntry;
  readonly made: readonly StoredText[];
}

/** A log in which one segment is edited `length` times. */
function chainOf(length: number): Link[] {
  const links: Link[] = [];
  let previousHash = GENESIS_HASH;
  let before: LogEntry["changes"][number]["after"] | null = null;
  for (let revision = 1; revision <= length; revision += 1) {
    const name = { kind: "segment", key: "beta", version: revision } as const;
    const body = canonicalJson({ key: "beta", included: [`u${revision}`] });
    const after = { version: revision, hash: versionHash(name, false, body) };
    const entry = sealEntry(
      {
        revision,
        atMs: 1_000 + revision,
        actor: { kind: "user", id: "u1", name: "Ann" },
        action: "segment.patch",
        target: { kind: "segment", key: "beta" },
        reason: null,
        requestId: null,
        changes: [{ kind: "segment", key: "beta", before, after }],
      },
      previousHash,
    );
    links.push({ entry, made: [{ ...name, revision, archived: false, body }] });
    previousHash = entry.hash;
    before = after;
  }
  return links;
}

function firstFault(links: readonly Link[]) {
  const verifier = new ChainVerifier();
  for (const { entry, made } of links) {
    const fault = verifier.add(entry, made);
    if (fault !== null) return fault;
  }
  return null;
}

/** Seals an entry anew, as somebody would who can compute hashes. */
function resealed(entry: LogEntry, change: Partial<LogEntryBody>): LogEntry {
  const { previousHash, hash: _, ...body } = entry;
  return sealEntry({ ...body, ...change }, previousHash);
}

describe("the chain", () => {
  it("starts from 64 zeros and hashes the canonical JSON of all other members", () => {
    const [{ entry } = expect.unreachable()] = chainOf(1);
    const { hash, ...rest } = entry;
    expect(entry.previousHash).toBe("0".repeat(64));
    expect(hash).toBe(sha256Hex(canonicalJson(rest)));
  });

  it("binds a version by the canonical JSON of its name, its text and whether it is archived", () => {
    const document = { key: "beta", included: ["u1"] };
    const name = { kind: "segment", key: "beta", version: 7 } as const;
    expect(versionHash(name, true, canonicalJson(document))).toBe(
      sha256Hex(canonicalJson({ ...name, archived: true, document })),
    );
  });

  it("verifies from the first entry to the last", () => {
    expect(firstFault(chainOf(20))).toBeNull();
  });

  const at = 5;
  const edit = (links: Link[], change: (link: Link) => Link) =>
    links.map((link, index) => (index === at - 1 ? change(link) : link));
  it.each<{ name: string; tampered: (links: Link[]) => Link[]; revision: number }>([
    {
      name: "an edited reason",
      tampered: (links) =>
        edit(links, (link) => ({ ...link, entry: { ...link.entry, reason: "mine" } })),
      revision: 5,
    },
    {
      name: "an edited entry with a fresh hash: its successor does not continue it",
      tampered: (links) =>
        edit(links, (link) => ({ ...link, entry: resealed(link.entry, { reason: "mine" }) })),
      revision: 6,
    },
    {
      name: "a deleted entry",
      tampered: (links) => links.toSpliced(4, 1),
      revision: 5,
    },
    {
      name: "a deleted first entry",
      tampered: (links) => links.slice(1),
      revision: 1,
    },
    {
      name: "an inserted entry",
      tampered: (links) => links.toSpliced(5, 0, ...links.slice(4, 5)),
      revision: 5,
    },
    {
      name: "two entries that changed places",
      tampered: (links) => [...links.slice(0, 4), links[5]!, links[4]!, ...links.slice(6)],
      revision: 5,
    },
    {
      name: "an edited document",
      tampered: (links) =>
        edit(links, (link) => ({ ...link, made: [{ ...link.made[0]!, body: '{"key":"beta"}' }] })),
      revision: 5,
    },
    {
      name: "a document with one more space",
      tampered: (links) =>
        edit(links, (link) => ({
          ...link,
          made: [{ ...link.made[0]!, body: link.made[0]!.body.replace(":", ": ") }],
        })),
      revision: 5,
    },
    {
      name: "a document archived by hand",
      tampered: (links) =>
        edit(links, (link) => ({ ...link, made: [{ ...link.made[0]!, archived: true }] })),
      revision: 5,
    },
    {
      name: "a missing document",
      tampered: (links) => edit(links, (link) => ({ ...link, made: [] })),
      revision: 5,
    },
    {
      name: "a document filed under another revision",
      tampered: (links) =>
        edit(links, (link) => ({ ...link, made: [{ ...link.made[0]!, revision: 4 }] })),
      revision: 5,
    },
    {
      name: "an entry that starts from another version than the log left",
      tampered: (links) =>
        edit(links, ({ entry, made }) => ({
          made,
          entry: resealed(entry, { changes: [{ ...entry.changes[0]!, before: null }] }),
        })),
      revision: 5,
    },
    {
      name: "an entry older than the one before it",
      tampered: (links) =>
        edit(links, (link) => ({ ...link, entry: resealed(link.entry, { atMs: 1 }) })),
      revision: 5,
    },
  ])("finds $name at revision $revision", ({ tampered, revision }) => {
    expect(firstFault(tampered(chainOf(10)))).toMatchObject({ revision });
  });

  it("finds every edit of any single character of an entry", () => {
    const links = chainOf(2);
    const text = JSON.stringify(links[1]!.entry);
    let tried = 0;
    for (let index = 0; index < text.length; index += 1) {
      const other = text[index] === "1" ? "2" : "1";
      const changed = `${text.slice(0, index)}${other}${text.slice(index + 1)}`;
      const entry = readOrNull(changed);
      if (entry === null) continue;
      tried += 1;
      expect(firstFault([links[0]!, { ...links[1]!, entry }]), changed).not.toBeNull();
    }
    expect(tried).toBeGreaterThan(300);
  });
});

function readOrNull(text: string): LogEntry | null {
  try {
    const value = JSON.parse(text);
    return Array.isArray(value.changes) ? value : null;
  } catch {
    return null;
  }
}
