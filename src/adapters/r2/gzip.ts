/** R2 wants to know the length before the first byte, so the whole is made first. */
export function gzipped(text: string): Promise<ArrayBuffer> {
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream("gzip"));
  return new Response(stream).arrayBuffer();
}

export function gunzipped(body: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<string> {
  return new Response(body.pipeThrough(new DecompressionStream("gzip"))).text();
}
