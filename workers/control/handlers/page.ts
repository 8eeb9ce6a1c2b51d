import type { PageRequest } from "../../../src/core/authority/authority-api.ts";

export const pageRequest = (query: {
  readonly limit: number;
  readonly cursor?: string;
}): PageRequest => ({ limit: query.limit, cursor: query.cursor ?? null });
