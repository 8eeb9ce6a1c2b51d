import type { FlagDocument } from "../../core/documents/flag.ts";
import type { Issue } from "../../core/issue.ts";
import { err, ok } from "../../core/result.ts";
import type { Result } from "../../core/result.ts";
import type { Environment } from "../environments/environment.ts";
import { flagFromDraft } from "./flag-from-draft.ts";
import type { FlagConfiguration, FlagIdentity } from "./flag-from-draft.ts";

/** A new flag: a base configuration, and by environment key what differs there. */
export interface FlagDraft {
  readonly base: FlagConfiguration;
  readonly environments: Readonly<Record<string, FlagConfiguration>>;
  /** `undefined`: every environment of the project. */
  readonly createIn: readonly string[] | undefined;
}

export interface PlacedFlag {
  readonly environment: Environment;
  readonly document: FlagDocument;
}

/** The document for each chosen environment, or everything that is wrong with the choice. */
export function placeDraft(
  identity: FlagIdentity,
  draft: FlagDraft,
  environments: readonly Environment[],
): Result<readonly PlacedFlag[], readonly Issue[]> {
  const chosen = draft.createIn ?? environments.map(({ key }) => key);
  const issues = [...unknownChoices(chosen, draft, environments)];
  const placed: PlacedFlag[] = [];
  for (const environment of environments) {
    if (!chosen.includes(environment.key)) continue;
    const differing = draft.environments[environment.key] ?? {};
    const document = flagFromDraft(identity, { ...draft.base, ...differing });
    if (document.ok) placed.push({ environment, document: document.value });
    else issues.push(...document.error.map((issue) => inDraft(issue, environment.key)));
  }
  return issues.length > 0 ? err(issues) : ok(placed);
}

function unknownChoices(
  chosen: readonly string[],
  draft: FlagDraft,
  environments: readonly Environment[],
): readonly Issue[] {
  const known = environments.map(({ key }) => key);
  const have = known.length === 0 ? "none yet" : known.join(", ");
  const unknown = chosen.flatMap((key, index): Issue[] =>
    known.includes(key)
      ? []
      : [
          {
            path: `/createIn/${index}`,
            code: "unknown-environment",
            message: `the project has no environment "${key}"; it has ${have}`,
          },
        ],
  );
  const idle = Object.keys(draft.environments).flatMap((key): Issue[] =>
    chosen.includes(key)
      ? []
      : [
          {
            path: `/environments/${key}`,
            code: "unknown-environment",
            message: known.includes(key)
              ? `"${key}" is not in createIn, so the flag is not created there`
              : `the project has no environment "${key}"; it has ${have}`,
          },
        ],
  );
  return [...unknown, ...idle];
}

/** Says for which environment something is missing: it may be given there or in the base. */
const inDraft = (issue: Issue, environment: string): Issue => ({
  ...issue,
  path: `/base${issue.path}`,
  message: `for environment "${environment}": ${issue.message}`,
});
