import type { FlagDocument, FlagType, Outcome, Variation } from "../../core/documents/flag.ts";
import type { Issue } from "../../core/issue.ts";
import { err, ok } from "../../core/result.ts";
import type { Result } from "../../core/result.ts";

/** The part of a flag that differs from environment to environment, as far as it was given. */
export type FlagConfiguration = Partial<
  Pick<
    FlagDocument,
    | "description"
    | "variations"
    | "enabled"
    | "offVariation"
    | "prerequisites"
    | "targets"
    | "rules"
    | "default"
    | "clientVisible"
  >
>;

/** What never changes about a flag. */
export interface FlagIdentity {
  readonly key: string;
  readonly type: FlagType;
  readonly salt: string;
}

const BOOLEAN_VARIATIONS: readonly Variation[] = [
  { key: "on", value: true },
  { key: "off", value: false },
];

/**
 * Fills in what a new flag's configuration leaves open. Whether the parts fit together is for the
 * authority to say; only what cannot be guessed without harm is asked for here.
 */
export function flagFromDraft(
  identity: FlagIdentity,
  given: FlagConfiguration,
): Result<FlagDocument, readonly Issue[]> {
  const variations = given.variations ?? defaultVariations(identity.type);
  if (variations === undefined) return err([variationsRequired(identity.type)]);
  const fallback = given.default ?? defaultOutcome(given, variations);
  if (fallback === undefined) return err([defaultRequired]);
  const { key, type, salt } = identity;
  return ok({
    ...PLAIN,
    ...given,
    key,
    type,
    salt,
    variations,
    offVariation: given.offVariation === undefined ? offOf(variations) : given.offVariation,
    default: fallback,
  });
}

const PLAIN = {
  enabled: false,
  killed: null,
  overrides: [],
  prerequisites: [],
  targets: [],
  rules: [],
  clientVisible: false,
} as const;

const offOf = (variations: readonly Variation[]): string | null =>
  variations.find(({ value }) => value === false)?.key ?? null;

const defaultVariations = (type: FlagType) => (type === "boolean" ? BOOLEAN_VARIATIONS : undefined);

/** With rules, the default decides for everyone they do not name: guessing it could release. */
function defaultOutcome(
  given: FlagConfiguration,
  variations: readonly Variation[],
): Outcome | undefined {
  const named = (given.rules?.length ?? 0) + (given.targets?.length ?? 0);
  const served = variations.find(({ value }) => value === true) ?? variations[0];
  return named > 0 || served === undefined ? undefined : { variation: served.key };
}

const variationsRequired = (type: FlagType): Issue => ({
  path: "/variations",
  code: "required",
  message: `a flag of type ${type} must name its variations, such as [{"key": "a", "value": …}]`,
});

const defaultRequired: Issue = {
  path: "/default",
  code: "required",
  message: 'say what everyone gets whom no rule or target names, such as {"variation": "off"}',
};
