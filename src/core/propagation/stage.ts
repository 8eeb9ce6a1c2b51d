import type { RelayAddress } from "./relay-address.ts";

/** A change, or several, that one relay tries before all others get it. */
export interface Stage {
  /** What everybody else has meanwhile. */
  readonly base: number;
  /** What is tried. */
  readonly revision: number;
  /** By the authority's clock, as all moments here. */
  readonly beganAtMs: number;
  readonly canary: RelayAddress;
  readonly canarySinceMs: number;
  /** Keys of the relays that were asked before, and did not answer in time. */
  readonly passedOver: readonly string[];
  /** `null`: it is still tried. */
  readonly end: StageEnd | null;
}

export interface StageEnd {
  /**
   * - `accepted`: the canary has said that it holds the revision.
   * - `unanswered`: no canary has answered in time, which is no refusal.
   * - `overtaken`: something urgent was accepted, and everything went out with it.
   * - `reverted`: a canary has refused it, and the environment was taken back.
   */
  readonly outcome: "accepted" | "unanswered" | "overtaken" | "reverted";
  readonly atMs: number;
  /** The last revision that went out, or was taken back, with it. */
  readonly covers: number;
  /** Why a canary refused it. */
  readonly issue: StageIssue | null;
  /** The revision that took it back. */
  readonly revertedBy: number | null;
}

/** What a canary found wrong, and where. */
export interface StageIssue {
  readonly path: string;
  readonly message: string;
}

/** Stages as a synchronous SQLite keeps them. Each method is atomic. */
export interface StageStore {
  /** The newest, whether it has ended or not. */
  lastStage(): Stage | null;
  /** Replaces the stage of that revision; keeps the latest `KEPT.stages`. */
  putStage(stage: Stage): void;
  /** The stage that tried a revision, or took it along; `null`: none that is kept. */
  stageOf(revision: number): Stage | null;
}
