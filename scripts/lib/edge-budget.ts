/**
 * What the edge Worker may weigh, with gzip, in bytes. It starts cold all over the world, so its size
 * is part of the product; decision 18 says what the last kilobyte went to.
 */
export const EDGE_LIMIT_BYTES = 97 * 1024;

/** Heavy packages, or of no business at the edge: they slow the cold start down. */
export const NOT_AT_THE_EDGE = ["zod", "drizzle-orm", "better-auth", "hono"] as const;
