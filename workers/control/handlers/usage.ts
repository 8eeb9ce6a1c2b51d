import { readUsage } from "../../../src/app/events/read-usage.ts";
import { usageRange } from "../../../src/app/events/usage-range.ts";
import { valueOf } from "../http/app-problem.ts";
import { invalidRequest } from "../http/invalid.ts";
import { placeOf } from "./call.ts";
import type { HandlersOf } from "./handler.ts";

export const usageHandlers: HandlersOf<"usage"> = {
  "usage.get": async ({ params, query, caller }, services) => {
    const { granularity, from, to } = query;
    const range = usageRange({ granularity, fromMs: from, toMs: to }, services.now());
    if (!range.ok) {
      throw invalidRequest("query", [
        { path: "/from", code: "invalid-range", message: `\`from\` ${range.error}` },
      ]);
    }
    const input = { place: placeOf(params, caller), flag: params.flag, range: range.value };
    const { periods, totals, lastSeenAtMs } = valueOf(await readUsage(input, services));
    const items = periods.map(({ startMs, variations }) => ({
      startMs,
      start: new Date(startMs).toISOString(),
      variations,
    }));
    const { fromMs, toMs } = range.value;
    return { body: { granularity, fromMs, toMs, items, totals, lastSeenAtMs } };
  },
};
