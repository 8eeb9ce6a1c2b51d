import { applyCommand } from "../../../src/app/environments/apply-command.ts";
import { askAuthority } from "../../../src/app/environments/ask-authority.ts";
import type { Stored } from "../../../src/core/authority/authority-api.ts";
import { invariant } from "../../../src/core/result.ts";
import type { SigningKey } from "../../../src/core/signing/seal.ts";
import { valueOf } from "../http/app-problem.ts";
import { placeOf, withReason } from "./call.ts";
import type { HandlersOf } from "./handler.ts";

function toResponse({ document, revision }: Stored<SigningKey>) {
  return { ...document, revision };
}

export const signingKeyHandlers: HandlersOf<"signing-keys"> = {
  "signing-keys.list": async ({ params, caller }, services) => {
    const place = placeOf(params, caller);
    const keys = valueOf(
      await askAuthority(place, (authority) => authority.signingKeys(), services),
    );
    return { body: { items: keys.map(toResponse) } };
  },

  "signing-keys.rotate": async ({ params, body, caller }, services) => {
    const place = placeOf(params, caller);
    const command = { kind: "signing-key.rotate" } as const;
    const input = { place, command, caller: withReason(caller, body) };
    const { revision, replayed, target } = valueOf(await applyCommand(input, services));
    const keys = valueOf(
      await askAuthority(place, (authority) => authority.signingKeys(), services),
    );
    const made = keys.find(({ document }) => document.id === target?.key);
    invariant(made !== undefined, "a rotation makes the key that it names");
    return { body: toResponse(made), revision, replayed };
  },
};
