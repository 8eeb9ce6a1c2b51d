import { z } from "zod";
import { DOCUMENT_KEY_PATTERN, LIMITS } from "../core/documents/limits.ts";

/** Flag, segment, variation and rule keys. */
export const DocumentKey = z
  .string()
  .regex(
    DOCUMENT_KEY_PATTERN,
    "use 1 to 128 letters, digits, '.', '_' or '-', beginning with a letter or digit",
  );

/** Project and environment keys: part of URLs, so lower case only. */
export const PlaceKey = z
  .string()
  .regex(
    /^[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?$/,
    "use 1 to 64 lower-case letters, digits or '-', beginning and ending with a letter or digit",
  );

export const Name = z.string().trim().min(1).max(200);
export const Text = z.string().max(LIMITS.textLength);
export const Reason = z.string().trim().min(1).max(LIMITS.textLength);
/** Where one is required: its absence is told by whoever knows the header as well. */
export const ReasonHereOrInHeader = Reason.exactOptional();

/** Free labels, such as `{"team": "platform"}`. */
export const Tags = z
  .record(z.string().min(1).max(64), z.string().max(200))
  .refine((tags) => Object.keys(tags).length <= 50, "use at most 50 tags");

/** Who did something. */
export const ActorResponse = z.object({
  kind: z.enum(["user", "service", "system"]),
  id: z.string(),
  name: z.string(),
});

export const EpochMs = z
  .int()
  .min(0)
  .max(8_640_000_000_000_000)
  .meta({ description: "Milliseconds since the Unix epoch.", examples: [1_767_225_600_000] });

export const Revision = z
  .int()
  .min(0)
  .meta({ description: "Counts the environment's changes: 1, 2, 3 … without gap." });

/** In a path or query, where everything is text. */
export const TextRevision = z.coerce
  .number()
  .int()
  .min(0)
  .max(Number.MAX_SAFE_INTEGER)
  .meta({ description: "A revision of the environment." });

export const Version = z
  .int()
  .min(1)
  .meta({ description: "1 when created, + 1 with each change; also the ETag." });

export const pageFields = {
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .max(200)
    .default(50)
    .meta({ description: "How many items at most, 1 to 200." }),
  cursor: z
    .string()
    .min(1)
    .max(1_000)
    .exactOptional()
    .meta({ description: "The `next` of the page before; absent: from the beginning." }),
};

/** A secret that is told once; `instead` says what to do for whoever has missed it. */
export const secretShownOnce = (what: string, instead: string) =>
  z
    .string()
    .nullable()
    .meta({
      description: `${what}, shown this once. \`null\` when the answer is a repetition: ${instead}.`,
    });

/** One page of `items`; `next` is the cursor of the page after it, `null` on the last. */
export const pageOf = <Item extends z.ZodType>(item: Item) =>
  z.object({
    items: z.array(item),
    next: z
      .string()
      .nullable()
      .meta({ description: "Cursor of the next page; `null`: this was the last." }),
  });

/** What every stored document carries besides itself. */
export const storedFields = {
  version: Version,
  revision: Revision.meta({ description: "The environment's revision that made this version." }),
  createdAtMs: EpochMs,
  updatedAtMs: EpochMs,
};
