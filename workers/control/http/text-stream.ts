/**
 * Texts as bytes, made only as fast as they are read. `leave` is called when the client has gone.
 */
export function textStream(
  texts: AsyncGenerator<string, void>,
  leave: () => void = () => {},
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const next = await texts.next();
        if (next.done === true) return controller.close();
        controller.enqueue(encoder.encode(next.value));
      },
      cancel: leave,
    },
    { highWaterMark: 0 },
  );
}
