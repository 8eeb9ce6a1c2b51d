/**
 * What the events of a stream say, until the one named `end`. Whoever stops listening earlier ends
 * the request. Throws what `fetch` throws when the connection is lost in between.
 */
export async function* readEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<unknown, void> {
  const decoder = new TextDecoder();
  const reader = body.getReader();
  let text = "";
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      text += decoder.decode(value, { stream: true });
      const blocks = text.split("\n\n");
      text = blocks.pop() ?? "";
      for (const block of blocks) {
        const fields = fieldsOf(block);
        if (fields.get("event") === "end") return;
        const data = fields.get("data");
        if (data !== undefined) yield JSON.parse(data);
      }
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
}

/** Comments, which begin with a colon, are fields without a name. */
const fieldsOf = (block: string): ReadonlyMap<string, string> =>
  new Map(
    block.split("\n").map((line) => {
      const [name = ""] = line.split(":", 1);
      return [name, line.slice(name.length + 1).trimStart()];
    }),
  );
