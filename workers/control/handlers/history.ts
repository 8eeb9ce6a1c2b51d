import type { AuthorityApi, ChangesSince } from "../../../src/core/authority/authority-api.ts";
import type { AuthorityProblem } from "../../../src/core/authority/problem.ts";
import type { SdkKeyEntry } from "../../../src/core/documents/sdk-key-entry.ts";
import type { DocumentState, Snapshot } from "../../../src/core/documents/snapshot.ts";
import { assertNever, err, ok } from "../../../src/core/result.ts";
import type { Result } from "../../../src/core/result.ts";
import { askAuthority } from "../../../src/app/environments/ask-authority.ts";
import { valueOf } from "../http/app-problem.ts";
import { placeOf } from "./call.ts";
import type { Handler } from "./handler.ts";
import { pageRequest } from "./page.ts";

/** Who may read rules need not be able to recognise keys. */
const withoutHash = ({ id, kind, expiresAtMs, origins }: SdkKeyEntry) => ({
  id,
  kind,
  expiresAtMs,
  origins,
});

function toRuleset({ keys, ...ruleset }: Snapshot) {
  return {
    ...ruleset,
    keys: keys.map(({ version, document }) => ({ version, document: withoutHash(document) })),
  };
}

function toState({ kind, key, state }: DocumentState) {
  if (state === null) return { kind, key, state };
  const { version, document } = state;
  return {
    kind,
    key,
    state: { version, document: "hash" in document ? withoutHash(document) : document },
  };
}

type Known = Exclude<ChangesSince, { kind: "unknown-environment" }>;

async function knownChanges(
  authority: AuthorityApi,
  since: number | null,
): Promise<Result<Known, AuthorityProblem>> {
  const changes = await authority.changesSince(since);
  return changes.kind === "unknown-environment" ? err(changes) : ok(changes);
}

function toChanges(changes: Known) {
  switch (changes.kind) {
    case "current":
      return changes;
    case "delta": {
      const { since, revision, acceptedAtMs, changes: states } = changes.delta;
      const kind = changes.kind;
      return { kind, since, revision, acceptedAtMs, changes: states.map(toState) };
    }
    case "snapshot": {
      const { revision } = changes.snapshot;
      return { kind: "ruleset" as const, revision, ruleset: toRuleset(changes.snapshot) };
    }
    default:
      return assertNever(changes);
  }
}

export const historyHandlers: {
  readonly [Id in "rulesets.get" | "changes.list" | "log.list" | "log.verify"]: Handler<Id>;
} = {
  "rulesets.get": async ({ params, query, caller }, services) => {
    const instant = query.at === undefined ? "newest" : { atMs: query.at };
    const at = query.revision === undefined ? instant : { revision: query.revision };
    const snapshot = valueOf(
      await askAuthority(placeOf(params, caller), (one) => one.snapshotAt(at), services),
    );
    return { body: toRuleset(snapshot), version: snapshot.revision };
  },

  "changes.list": async ({ params, query, caller }, services) => {
    const since = query.since ?? null;
    const place = placeOf(params, caller);
    const changes = valueOf(
      await askAuthority(place, (authority) => knownChanges(authority, since), services),
    );
    return { body: toChanges(changes) };
  },

  "log.list": async ({ params, query, caller }, services) => {
    const flag = query.flag === undefined ? null : ({ kind: "flag", key: query.flag } as const);
    const document =
      query.segment === undefined ? flag : ({ kind: "segment", key: query.segment } as const);
    const asked = { ...pageRequest(query), document };
    const page = valueOf(
      await askAuthority(placeOf(params, caller), (authority) => authority.log(asked), services),
    );
    return { body: page };
  },

  "log.verify": async ({ params, caller }, services) => ({
    body: valueOf(
      await askAuthority(placeOf(params, caller), (one) => one.verifyChain(), services),
    ),
  }),
};
