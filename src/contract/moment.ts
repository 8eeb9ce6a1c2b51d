import { z } from "zod";
import { parseInstant } from "../core/conditions/iso-date.ts";

const LAST_MS = 8_640_000_000_000_000;
const WANTED =
  "give milliseconds since the Unix epoch, such as 1767225600000, or ISO 8601 with an offset, " +
  "such as 2026-01-01T00:00:00Z";

/**
 * A moment as people and programs write it: milliseconds since the Unix epoch, as a number or its
 * digits, or ISO 8601, where a date alone is its first instant in UTC. Becomes milliseconds.
 */
export const Moment = z
  .union([z.int().min(0).max(LAST_MS), z.string()], { error: () => WANTED })
  .transform((input, context) => {
    const moment = typeof input === "number" ? input : momentOf(input);
    if (typeof moment === "number") return moment;
    context.addIssue({ code: "custom", message: moment });
    return z.NEVER;
  })
  .meta({ examples: [1_767_225_600_000, "2026-01-01T00:00:00Z"] });

/** Milliseconds since the Unix epoch, or what is wrong. */
function momentOf(text: string): number | string {
  if (/^\d{1,16}$/.test(text)) return Number(text) <= LAST_MS ? Number(text) : WANTED;
  // In a query, a plus that was not percent-encoded arrives as a space.
  const instant = parseInstant(text.replace(/ (?=\d{2}:\d{2}$)/, "+"));
  if (!instant.ok) return `${WANTED}: it ${instant.error}`;
  return instant.value >= 0 ? instant.value : WANTED;
}
