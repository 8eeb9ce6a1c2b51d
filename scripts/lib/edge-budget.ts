/**
 * What the edge Worker may weigh, with gzip, in bytes. It starts cold all over the world, so its size
 * is part of the product; decisions 18 and 19 say what the last two kilobytes went to.
 */
export const EDGE_LIMIT_BYTES = 98 * 1024;

/** Heavy packages, or of no business at the edge: they slow the cold start down. */
export const NOT_AT_THE_EDGE = ["zod", "drizzle-orm", "better-auth", "hono"] as const;
