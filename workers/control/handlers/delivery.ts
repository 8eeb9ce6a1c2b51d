import { toDeliveryPatch } from "../../../src/contract/delivery.ts";
import { applyCommand } from "../../../src/app/environments/apply-command.ts";
import { askAuthority } from "../../../src/app/environments/ask-authority.ts";
import { valueOf } from "../http/app-problem.ts";
import { changedSettings } from "./applied.ts";
import { placeOf } from "./call.ts";
import type { HandlersOf } from "./handler.ts";

export const deliveryHandlers: HandlersOf<"delivery"> = {
  "delivery.get": async ({ params, caller }, services) => {
    const place = placeOf(params, caller);
    const { settings, version } = valueOf(
      await askAuthority(place, (authority) => authority.delivery(), services),
    );
    return { body: { ...settings, version }, version };
  },

  "delivery.patch": async ({ params, body, expectedVersion, caller }, services) => {
    const patch = toDeliveryPatch(body);
    const command = { kind: "settings.patch", expectedVersion, patch } as const;
    const input = { place: placeOf(params, caller), command, caller };
    return changedSettings(valueOf(await applyCommand(input, services)));
  },
};
