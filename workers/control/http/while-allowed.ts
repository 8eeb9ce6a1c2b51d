import { ProblemError } from "./problem.ts";

/** Milliseconds between two looks: whoever may not any more has lost the stream within a second. */
const LOOK_EVERY_MS = 300;

export interface Allowance {
  /** Throws a `ProblemError` when the request that began the stream would be refused now. */
  readonly demand: () => Promise<unknown>;
  /** Resolves after so many milliseconds. */
  readonly wait: (ms: number) => Promise<void>;
}

/**
 * A stream that ends when its reader may not read it any more: signed out, deactivated, with a token
 * that was revoked, or without the grant. A check that cannot be made is made again.
 */
export function whileAllowed(response: Response, { demand, wait }: Allowance): Response {
  const reader = response.body?.getReader();
  if (reader === undefined) return response;
  let isOver = false;
  const end = async (reason: unknown) => {
    isOver = true;
    await reader.cancel(reason);
  };
  const watch = async (controller: ReadableStreamDefaultController<Uint8Array>) => {
    for (;;) {
      await wait(LOOK_EVERY_MS);
      if (isOver) return;
      if (await isAllowed(demand)) continue;
      controller.close();
      await end("not allowed any more");
    }
  };
  const body = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        void watch(controller);
      },
      async pull(controller) {
        const { done, value } = await reader.read();
        if (isOver) return;
        if (!done) return controller.enqueue(value);
        isOver = true;
        controller.close();
      },
      cancel: end,
    },
    { highWaterMark: 0 },
  );
  return new Response(body, response);
}

async function isAllowed(demand: Allowance["demand"]): Promise<boolean> {
  try {
    await demand();
    return true;
  } catch (error) {
    return !(error instanceof ProblemError) || error.code === "platform.unavailable";
  }
}
