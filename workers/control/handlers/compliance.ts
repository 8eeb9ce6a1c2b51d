import type { OrganisationCompliance } from "../../../src/app/privacy/environment-privacy.ts";
import { patchCompliance } from "../../../src/app/privacy/patch-settings.ts";
import { presetTable } from "../../../src/contract/compliance.ts";
import { COMPLIANCE_PRESETS } from "../../../src/core/compliance/presets.ts";
import { forgetPreset } from "../known-preset.ts";
import { ProblemError, versionConflict } from "../http/problem.ts";
import type { HandlersOf } from "./handler.ts";

export const complianceHandlers: HandlersOf<"compliance"> = {
  "compliance.get": async ({ caller }, { privacySettings }) =>
    answer(await privacySettings.ofOrganisation(caller.organisationId)),

  "compliance.presets": () => Promise.resolve({ body: { presets: presetTable() } }),

  "compliance.patch": async ({ body, expectedVersion, caller }, services) => {
    const patched = await patchCompliance({ patch: body, expectedVersion, caller }, services);
    forgetPreset(caller.organisationId);
    if (patched.ok) return answer(patched.value);
    const { error } = patched;
    if (error.kind === "changed") throw versionConflict(error);
    throw new ProblemError("compliance.refused", {
      detail: `Under the preset ${error.preset}, ${error.why}.`,
    });
  },
};

const answer = ({ version, ...chosen }: OrganisationCompliance) => ({
  body: { ...chosen, switches: COMPLIANCE_PRESETS[chosen.preset], version },
  version,
});
