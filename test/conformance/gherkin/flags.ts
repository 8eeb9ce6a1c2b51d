import type { FlagDocument } from "../../../src/core/documents/flag.ts";
import type { JsonValue } from "../../../src/core/json.ts";

type FlagType = FlagDocument["type"];

export const BANNER = { title: "Spring sale", shown: true, columns: 3 };

/** For each type: a value that stands for something, and the one that could pass for nothing. */
const VALUES: readonly (readonly [FlagType, JsonValue, JsonValue])[] = [
  ["boolean", true, false],
  ["string", "good day", ""],
  ["integer", 12, 0],
  ["float", 0.25, 0],
  ["object", BANNER, {}],
];

/** `full` and `zero`, whichever is served, with or without a rule for the team "ops". */
function flagOf(key: string, [type, full, zero]: (typeof VALUES)[number]): FlagDocument {
  return {
    key,
    type,
    variations: [
      { key: "full", value: full },
      { key: "zero", value: zero },
    ],
    enabled: true,
    offVariation: null,
    killed: null,
    overrides: [],
    prerequisites: [],
    targets: [],
    rules: [],
    default: { variation: "full" },
    salt: key,
    clientVisible: true,
  };
}

const ZERO = { default: { variation: "zero" } } as const;

/** The default would do as well: what tells that the rule matched is the reason. */
const FOR_OPS = {
  ...ZERO,
  rules: [
    {
      id: "ops",
      if: { attribute: "team", operator: "eq", value: "ops" },
      then: { variation: "zero" },
    },
  ],
} as const;

const SENIOR_STAFF: FlagDocument = {
  ...flagOf("audience", ["string", "staff", "public"]),
  ...ZERO,
  rules: [
    {
      id: "senior-staff",
      if: {
        and: [
          { attribute: "team", operator: "eq", value: "ops" },
          { attribute: "grade", operator: "in", value: ["senior", "lead"] },
          { attribute: "years", operator: "gte", value: 10 },
          { attribute: "contractor", operator: "eq", value: false },
        ],
      },
      then: { variation: "full" },
    },
  ],
};

/** The flags that the scenarios ask for: five kinds of each type, and one with several attributes. */
export const FLAGS: readonly FlagDocument[] = [
  ...VALUES.flatMap((values) => {
    const [type] = values;
    return [
      flagOf(type, values),
      { ...flagOf(`${type}-zero`, values), ...ZERO },
      { ...flagOf(`${type}-for-ops`, values), ...FOR_OPS },
      { ...flagOf(`${type}-off`, values), enabled: false },
    ];
  }),
  SENIOR_STAFF,
];
