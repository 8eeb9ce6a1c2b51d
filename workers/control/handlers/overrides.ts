import { derivedId } from "../../../src/app/derived-id.ts";
import { withReason } from "./call.ts";
import { changeFlag } from "./flags.ts";
import type { HandlersOf } from "./handler.ts";

export const overrideHandlers: HandlersOf<"overrides"> = {
  "overrides.create": ({ params, body, expectedVersion, caller }, services) => {
    const command = {
      kind: "override.add",
      flag: params.flag,
      id: body.id ?? derivedId(caller.commandId),
      if: body.if,
      variation: body.variation,
      expiresAtMs: body.expiresAtMs ?? null,
      expectedVersion,
    } as const;
    return changeFlag(params, command, withReason(caller, body), services);
  },

  "overrides.expire": ({ params, body, expectedVersion, caller }, services) => {
    const { flag, override: id } = params;
    const atMs = body.atMs ?? null;
    const command = { kind: "override.expire", flag, id, atMs, expectedVersion } as const;
    return changeFlag(params, command, withReason(caller, body), services);
  },

  "overrides.delete": ({ params, body, expectedVersion, caller }, services) => {
    const { flag, override: id } = params;
    const command = { kind: "override.remove", flag, id, expectedVersion } as const;
    return changeFlag(params, command, withReason(caller, body), services);
  },
};
