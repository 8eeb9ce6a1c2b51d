import {
  DELIVERY_BOUNDS,
  DELIVERY_DEFAULTS,
  DELIVERY_KEY,
  type DeliverySettings,
  type SettingsDocument,
} from "../../documents/settings.ts";
import { isRecord } from "../../json.ts";
import { type Guard, nullable, refine, refuse, refuseType, type Reporting } from "./guard.ts";
import { objectOf, required } from "./object-guard.ts";
import { trueOrFalse } from "./value-guards.ts";

/** A whole number within the bounds of the setting. */
function figure(name: keyof typeof DELIVERY_BOUNDS): Guard<number> {
  const [least, most] = DELIVERY_BOUNDS[name];
  return (input, path, scope): input is number => {
    if (typeof input !== "number" || !Number.isSafeInteger(input)) {
      return refuseType(scope, path, `a whole number from ${least} to ${most}`, input);
    }
    if (input >= least && input <= most) return true;
    const message = `is ${input}; give a whole number from ${least} to ${most}`;
    return refuse(scope, { path, code: "settings.out-of-bounds", message });
  };
}

const members: Guard<DeliverySettings> = refine(
  objectOf<DeliverySettings, Reporting>("the delivery settings", {
    relayShards: required(figure("relayShards")),
    freshForMs: required(figure("freshForMs")),
    graceMs: required(figure("graceMs")),
    confirmDeadlineMs: required(figure("confirmDeadlineMs")),
    stagedPublish: required(trueOrFalse),
    requestsPerSecond: required(nullable(figure("requestsPerSecond"))),
  }),
  goTogether,
);

function goTogether(
  { freshForMs, graceMs, confirmDeadlineMs }: DeliverySettings,
  path: string,
  scope: Reporting,
): boolean {
  if (graceMs <= freshForMs) {
    return refuse(scope, {
      path: `${path}/graceMs`,
      code: "settings.grace-too-short",
      message:
        `graceMs is ${graceMs} and freshForMs is ${freshForMs}; give a graceMs of more than ` +
        "freshForMs, for a confirmation is asked for between the two",
    });
  }
  if (confirmDeadlineMs < graceMs) return true;
  return refuse(scope, {
    path: `${path}/confirmDeadlineMs`,
    code: "settings.deadline-too-long",
    message:
      `confirmDeadlineMs is ${confirmDeadlineMs} and graceMs is ${graceMs}; give a ` +
      "confirmDeadlineMs of less than graceMs, for what took longer to confirm is marked anyway",
  });
}

/**
 * What the document says; `undefined` when it is none. Members that a newer writer has added are
 * left out and not refused, and
 * what an older one did not know is as by default.
 */
export function readSettings(
  input: unknown,
  path: string,
  scope: Reporting,
): SettingsDocument | undefined {
  if (!isRecord(input)) {
    refuseType(scope, path, "a settings document", input);
    return undefined;
  }
  const { key, relayShards, freshForMs, graceMs, confirmDeadlineMs, stagedPublish } = input;
  if (key !== DELIVERY_KEY) {
    refuseType(scope, `${path}/key`, JSON.stringify(DELIVERY_KEY), key);
    return undefined;
  }
  const { requestsPerSecond = DELIVERY_DEFAULTS.requestsPerSecond } = input;
  const settings = {
    relayShards,
    freshForMs,
    graceMs,
    confirmDeadlineMs,
    stagedPublish,
    requestsPerSecond,
  };
  return members(settings, path, scope) ? { key: DELIVERY_KEY, ...settings } : undefined;
}
