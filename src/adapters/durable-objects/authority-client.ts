import { AuthorityUnavailable } from "../../app/authorities.ts";
import type { Authorities } from "../../app/authorities.ts";
import type { AuthorityApi } from "../../core/authority/authority-api.ts";
import type { CommandEnvelope } from "../../core/authority/command.ts";
import type { Jurisdiction } from "../../core/jurisdiction.ts";
import { objectNamed, type ObjectNamespace } from "../../core/object-namespace.ts";
import { classifyPlatformError, mayTryAgain } from "../platform-error.ts";

/**
 * Calls authorities over RPC, in a namespace that has them by their environments' ids. A call that may run twice (reads, and commands with an id) is made
 * once more when the platform lost it, on a new stub, because a broken one stays broken.
 */
export function createAuthorities(namespace: ObjectNamespace): Authorities {
  return {
    of(environmentId) {
      const stub = () => objectNamed<AuthorityApi>(namespace, environmentId);
      const ask = <T>(call: (authority: AuthorityApi) => Promise<T>, mayRunTwice = true) =>
        carried(() => call(stub()), mayRunTwice);
      return {
        apply: (envelope) => ask((authority) => authority.apply(envelope), isRepeatable(envelope)),
        changesSince: (since) => ask((authority) => authority.changesSince(since)),
        snapshotAt: (at) => ask((authority) => authority.snapshotAt(at)),
        flag: (key, atRevision) => ask((authority) => authority.flag(key, atRevision)),
        flags: (page) => ask((authority) => authority.flags(page)),
        segment: (key, atRevision) => ask((authority) => authority.segment(key, atRevision)),
        segments: (page) => ask((authority) => authority.segments(page)),
        key: (id) => ask((authority) => authority.key(id)),
        keys: (page) => ask((authority) => authority.keys(page)),
        breakGlassKey: (id) => ask((authority) => authority.breakGlassKey(id)),
        signingKeys: () => ask((authority) => authority.signingKeys()),
        breakGlassKeys: (page) => ask((authority) => authority.breakGlassKeys(page)),
        delivery: () => ask((authority) => authority.delivery()),
        log: (query) => ask((authority) => authority.log(query)),
        exportLog: (range) => ask((authority) => authority.exportLog(range)),
        verifyChain: () => ask((authority) => authority.verifyChain()),
        propagation: (revision) => ask((authority) => authority.propagation(revision)),
        status: () => ask((authority) => authority.status()),
      };
    },
  };
}

/** Whether the platform can keep objects of the namespace in a jurisdiction: workerd alone cannot. */
export function offersJurisdiction(namespace: ObjectNamespace, name: Jurisdiction): boolean {
  try {
    return namespace.jurisdiction?.(name) !== undefined;
  } catch {
    return false;
  }
}

/** Making an environment is harmless to repeat, and so is a key whose id names its request. */
function isRepeatable({ command, commandId }: CommandEnvelope): boolean {
  const { kind } = command;
  return (
    commandId !== null ||
    kind === "environment.initialize" ||
    kind === "key.issue" ||
    kind === "break-glass-key.issue" ||
    kind === "key.rotate"
  );
}

async function carried<T>(call: () => Promise<T>, mayRunTwice: boolean): Promise<T> {
  try {
    return await call();
  } catch (first) {
    if (!mayRunTwice || !mayTryAgain(first)) throw unavailableOr(first);
    try {
      return await call();
    } catch (second) {
      throw unavailableOr(second);
    }
  }
}

/** Faults of the platform become one error; a bug in the object stays what it is. */
function unavailableOr(error: unknown): unknown {
  const kind = classifyPlatformError(error);
  return kind === "other" ? error : new AuthorityUnavailable(kind, { cause: error });
}
