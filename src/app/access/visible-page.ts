import type { Page, PageRequest } from "../../core/authority/authority-api.ts";

/** After so many a page is shown as it is: short, with a cursor that leads on. */
const MOST_READS = 20;

/** A page of those items that somebody may see. Reads on until it is full or there are no more. */
export async function visiblePage<Item>(
  { limit, cursor }: PageRequest,
  read: (page: PageRequest) => Promise<Page<Item>>,
  isVisible: (item: Item) => boolean,
): Promise<Page<Item>> {
  const items: Item[] = [];
  let next = cursor;
  for (let reads = 1; ; reads += 1) {
    const page = await read({ limit: limit - items.length, cursor: next });
    items.push(...page.items.filter(isVisible));
    ({ next } = page);
    if (next === null || items.length >= limit || reads >= MOST_READS) return { items, next };
  }
}
