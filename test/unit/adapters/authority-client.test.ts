import { PLATFORM_ACCESS } from "../../../src/core/access/permits.ts";
import { describe, expect, it } from "vitest";
import { createAuthorities } from "../../../src/adapters/durable-objects/authority-client.ts";
import { AuthorityUnavailable } from "../../../src/app/authorities.ts";
import { environmentId } from "../../../src/core/brand.ts";
import type { CommandEnvelope } from "../../../src/core/authority/command.ts";

const reset = Object.assign(new Error("reset"), { durableObjectReset: true });
const overloaded = Object.assign(new Error("busy"), { overloaded: true, retryable: true });

/** A namespace whose calls come to these outcomes in turn, each on a stub of its own. */
function namespaceOf(...outcomes: readonly unknown[]) {
  const stubs: string[] = [];
  const next = () => {
    const outcome = outcomes[stubs.length - 1];
    return outcome instanceof Error ? Promise.reject(outcome) : Promise.resolve(outcome);
  };
  const getByName = (name: string) => {
    stubs.push(name);
    return { status: next, apply: next };
  };
  return { authority: createAuthorities({ getByName }).of(environmentId("env00001")), stubs };
}

const envelope = (commandId: string | null): CommandEnvelope => ({
  command: { kind: "flag.unkill", key: "a" },
  actor: { kind: "user", id: "u", name: "u" },
  permits: PLATFORM_ACCESS,
  reason: null,
  requestId: null,
  commandId,
});

describe("calls to an authority", () => {
  it("are made again, once and on a new stub, when the object was reset", async () => {
    const { authority, stubs } = namespaceOf(reset, { ok: true });
    expect(await authority.status()).toEqual({ ok: true });
    expect(stubs).toEqual(["env00001", "env00001"]);
  });

  it("give up after the second loss, and say which kind it was", async () => {
    const { authority, stubs } = namespaceOf(reset, reset, { ok: true });
    await expect(authority.status()).rejects.toEqual(new AuthorityUnavailable("reset"));
    expect(stubs).toHaveLength(2);
  });

  it("are not made again against an overloaded object", async () => {
    const { authority, stubs } = namespaceOf(overloaded, { ok: true });
    await expect(authority.status()).rejects.toBeInstanceOf(AuthorityUnavailable);
    expect(stubs).toHaveLength(1);
  });

  it("that change something are made again only under a command id", async () => {
    const named = namespaceOf(reset, { ok: true });
    expect(await named.authority.apply(envelope("c-1"))).toEqual({ ok: true });
    const nameless = namespaceOf(reset, { ok: true });
    await expect(nameless.authority.apply(envelope(null))).rejects.toBeInstanceOf(
      AuthorityUnavailable,
    );
    expect(nameless.stubs).toHaveLength(1);
  });

  it("leave a bug what it is", async () => {
    const bug = new Error("cannot read properties of undefined");
    await expect(namespaceOf(bug).authority.status()).rejects.toBe(bug);
  });
});
