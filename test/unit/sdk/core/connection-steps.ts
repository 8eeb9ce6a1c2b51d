import { BACKOFF } from "../../../../src/sdk/core/backoff.ts";
import {
  CONNECTION,
  type ConnectionEvent,
  type ConnectionState,
} from "../../../../src/sdk/core/connection.ts";
import { nextStep } from "../../../../src/sdk/core/next-step.ts";

const SETTINGS = { ...CONNECTION, backoff: BACKOFF };

export const step = (state: ConnectionState, event: ConnectionEvent, random = 0.5) =>
  nextStep(state, event, SETTINGS, random);

export const start = { type: "start" } as const;
export const opened = { type: "opened" } as const;
export const heard = { type: "heard" } as const;
export const caughtUp = { type: "caught-up" } as const;
export const timer = { type: "timer" } as const;
export const unauthorized = { type: "unauthorized" } as const;
