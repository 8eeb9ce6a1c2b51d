import { z } from "zod";
import { LIMITS } from "../core/documents/limits.ts";
import { EnvironmentChangeResponse } from "./environment.ts";
import { DocumentKey, ReasonHereOrInHeader, Reason } from "./fields.ts";
import { FlagResponse } from "./flag.ts";
import { strictObject } from "./strict-object.ts";

/** Where to see a revision arrive. */
const links = z
  .object({
    propagation: z
      .string()
      .meta({ description: "Path that says where the revision has arrived, region by region." }),
  })
  .meta({ id: "KillSwitchLinks" });

export const FlagSwitchedResponse = z
  .object({ ...FlagResponse.shape, links })
  .meta({ id: "FlagSwitched" });

const selection = {
  flags: z
    .array(DocumentKey)
    .min(1)
    .max(LIMITS.flagsPerEnvironment)
    .exactOptional()
    .meta({ description: "Keys. If the environment lacks one of them, nothing is done." }),
  tag: strictObject({
    name: z.string().min(1).max(64),
    value: z.string().max(200).exactOptional().meta({ description: "Absent: any value." }),
  })
    .exactOptional()
    .meta({
      description:
        "All flags whose catalogue entry carries this tag; those that are not in the environment " +
        "are passed over. With `flags` as well: both.",
    }),
  dryRun: z
    .boolean()
    .default(false)
    .meta({ description: "Answers what would be done, and does nothing." }),
};

const namesSome = (body: { readonly flags?: unknown; readonly tag?: unknown }): boolean =>
  body.flags !== undefined || body.tag !== undefined;
const NAME_SOME = "name the flags: `flags` with their keys, or a `tag` that they carry, or both";

export const EnvironmentKillRequest = strictObject({
  ...selection,
  variation: DocumentKey.nullable()
    .exactOptional()
    .meta({
      description:
        "What everyone gets. Absent: each flag's off variation. `null`: the caller's own default. " +
        "A flag that lacks the variation serves its off variation, and the answer says so.",
    }),
  reason: ReasonHereOrInHeader.meta({
    description:
      "Why; shown with each flag and written into the log. Required, here or in the header " +
      "`x-switchyard-reason`.",
  }),
})
  .refine(namesSome, NAME_SOME)
  .meta({ id: "EnvironmentKillRequest" });

export const EnvironmentUnkillRequest = strictObject({
  ...selection,
  reason: Reason.exactOptional().meta({ description: "Why; written into the log." }),
})
  .refine(namesSome, NAME_SOME)
  .meta({ id: "EnvironmentUnkillRequest" });

export const EnvironmentSwitchedResponse = z
  .object({
    ...EnvironmentChangeResponse.shape,
    dryRun: z.boolean(),
    flags: z.array(
      z.object({
        key: z.string(),
        outcome: z
          .enum([
            "killed",
            "already-killed",
            "unkilled",
            "not-killed",
            "archived",
            "not-in-environment",
          ])
          .meta({
            description:
              "`killed` and `unkilled` are done now (of a dry run: would be); all others were " +
              "left as they are.",
          }),
        variation: z
          .string()
          .nullable()
          .meta({ description: "What a killed flag serves; `null`: the caller's own default." }),
        fellBack: z.boolean().meta({
          description: "True: it lacks the variation that was named, and serves its off variation.",
        }),
      }),
    ),
    links,
  })
  .meta({ id: "EnvironmentSwitched" });
