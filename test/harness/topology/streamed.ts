import type { Deployment } from "./deployment.ts";

/** A stream at a deployment, as far as it has come. */
export interface Streamed {
  /** Resolves with the frame of a number, the first is 0, when it has come. */
  frame(index: number): Promise<any>;
  close(): void;
}

/** Opens a stream with an SDK key, and says something at once if there is something to say. */
export async function streamed(
  deployment: Deployment,
  key: string,
  first?: object,
): Promise<Streamed> {
  const headers = { authorization: `Bearer ${key}` };
  const socket = await deployment.socket("/sdk/v1/stream", headers);
  const frames: unknown[] = [];
  const waiting: (() => void)[] = [];
  socket.addEventListener("message", ({ data }) => {
    if (typeof data === "string") frames.push(JSON.parse(data));
    for (const look of waiting.splice(0)) look();
  });
  socket.accept();
  if (first !== undefined) socket.send(JSON.stringify(first));
  return {
    async frame(index) {
      while (frames.length <= index) await new Promise<void>((look) => waiting.push(look));
      return frames[index];
    },
    close: () => socket.close(1000),
  };
}
