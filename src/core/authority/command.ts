import type { Access } from "../access/grant.ts";
import type { Condition } from "../documents/condition.ts";
import type { FlagDocument } from "../documents/flag.ts";
import type { SdkKeyEntry } from "../documents/sdk-key-entry.ts";
import type { SegmentDocument } from "../documents/segment.ts";
import type { DeliverySettings } from "../documents/settings.ts";
import type { Actor } from "./actor.ts";
import type { BreakGlassKey } from "./break-glass-key.ts";

/** Everything that can change an environment. Each is one revision, or refused as a whole. */
export type Command =
  | InitializeCommand
  | FlagCommand
  | OverrideCommand
  | SegmentCommand
  | KeyCommand
  | BreakGlassKeyCommand
  | SettingsCommand
  | SigningKeyCommand
  | EnvironmentRollback
  | EnvironmentKill
  | EnvironmentUnkill;

/** Makes the environment; every other command is refused before it. Repeating it is harmless. */
export interface InitializeCommand {
  readonly kind: "environment.initialize";
  readonly projectId: string;
  readonly environmentId: string;
  readonly salt: string;
  /** Whether changes are staged from the beginning; absent: they are not. */
  readonly stagedPublish?: boolean;
}

export type FlagCommand =
  /** `ensure`: succeeds without a change when the flag exists. */
  | { readonly kind: "flag.create"; readonly document: FlagDocument; readonly ensure?: boolean }
  | {
      readonly kind: "flag.patch";
      readonly key: string;
      readonly expectedVersion: ExpectedVersion;
      readonly patch: FlagPatch;
    }
  | {
      readonly kind: "flag.archive" | "flag.restore";
      readonly key: string;
      readonly expectedVersion: ExpectedVersion;
    }
  | ({
      readonly kind: "flag.kill";
      readonly key: string;
      readonly variation: string | null;
    } & MayExpect)
  | ({ readonly kind: "flag.unkill"; readonly key: string } & MayExpect)
  | ({
      readonly kind: "flag.rollback";
      readonly key: string;
      readonly toRevision: number;
    } & MayExpect);

/** For commands that must not wait for a reader: absent, it is any version. */
interface MayExpect {
  /** Of the document that the command names; an override is part of its flag. */
  readonly expectedVersion?: ExpectedVersion;
}

export type OverrideCommand =
  | ({
      readonly kind: "override.add";
      readonly flag: string;
      readonly id: string;
      readonly if: Condition;
      readonly variation: string;
      /** In the future; `null`: it stays until it is ended or removed. */
      readonly expiresAtMs: number | null;
    } & MayExpect)
  /** Ends an override at the given moment, or now, and keeps it in the document. */
  | ({
      readonly kind: "override.expire";
      readonly flag: string;
      readonly id: string;
      readonly atMs: number | null;
    } & MayExpect)
  | ({ readonly kind: "override.remove"; readonly flag: string; readonly id: string } & MayExpect);

export type SegmentCommand =
  | { readonly kind: "segment.create"; readonly document: SegmentDocument }
  | {
      readonly kind: "segment.patch";
      readonly key: string;
      readonly expectedVersion: ExpectedVersion;
      readonly patch: SegmentPatch;
    }
  | {
      readonly kind: "segment.delete";
      readonly key: string;
      readonly expectedVersion: ExpectedVersion;
    };

export type KeyCommand =
  | { readonly kind: "key.issue"; readonly key: IssuedKey }
  /** The replacement works at once; the old key goes on for the overlap. */
  | ({
      readonly kind: "key.rotate";
      readonly id: string;
      readonly replacement: { readonly id: string; readonly hash: string; readonly hint: string };
      readonly overlapMs: number;
    } & MayExpect)
  | ({ readonly kind: "key.revoke"; readonly id: string } & MayExpect);

export type BreakGlassKeyCommand =
  | { readonly kind: "break-glass-key.issue"; readonly key: BreakGlassKey }
  | ({ readonly kind: "break-glass-key.revoke"; readonly id: string } & MayExpect);

/** Changes some of the delivery settings. Version 0 is that of the defaults. */
export interface SettingsCommand {
  readonly kind: "settings.patch";
  readonly expectedVersion: ExpectedVersion;
  readonly patch: Partial<DeliverySettings>;
}

/** Signs with a new key from now on, which the key before it endorses. The authority makes it. */
export interface SigningKeyCommand {
  readonly kind: "signing-key.rotate";
}

/** Takes all documents back to a revision; keys stay as they are. */
export interface EnvironmentRollback {
  readonly kind: "environment.rollback";
  readonly toRevision: number;
  /** The newest revision that the caller has seen; absent: any. */
  readonly expectedRevision?: ExpectedVersion;
}

/** Which flags a command is about: those named by key and those that carry a tag. */
export interface FlagSelection {
  /** Each must be in the environment. */
  readonly flags: readonly string[];
  /** What was asked for; `value: null` is any value. `null`: no tag. */
  readonly tag: { readonly name: string; readonly value: string | null } | null;
  /**
   * The flags of the catalogue that carry the tag; those that the environment lacks are passed over.
   * A repetition of the command may find others, and is the same command all the same.
   */
  readonly tagged: readonly string[];
}

/** Throws the kill switch of many flags, in one revision. */
export interface EnvironmentKill extends FlagSelection {
  readonly kind: "environment.kill";
  /** Absent: each flag's off variation. `null`: the caller's own default. */
  readonly variation?: string | null;
  /** The newest revision that the caller has seen; absent: any. */
  readonly expectedRevision?: ExpectedVersion;
}

/** Takes the kill switch of many flags back, in one revision. */
export interface EnvironmentUnkill extends FlagSelection {
  readonly kind: "environment.unkill";
  readonly expectedRevision?: ExpectedVersion;
}

/** `"any"`: the caller knowingly overwrites whatever is there (`If-Match: *`). */
export type ExpectedVersion = number | "any";

/** Absent keeps, a value replaces. `key`, `type` and `salt` never change. */
export type FlagPatch = Partial<
  Omit<FlagDocument, "key" | "type" | "salt" | "killed" | "overrides" | "description">
> & { readonly description?: string | null };

/** Absent keeps, `null` clears. */
export type SegmentPatch = Partial<Pick<SegmentDocument, "included" | "excluded" | "rules">> & {
  readonly name?: string | null;
  readonly description?: string | null;
  readonly unit?: string | null;
};

/** An SDK key as the authority keeps it. The secret itself is never stored. */
export interface IssuedKey extends SdkKeyEntry {
  readonly name: string;
  /** The last characters of the key, so that people can tell keys apart. */
  readonly hint: string;
}

export interface CommandEnvelope {
  readonly command: Command;
  readonly actor: Actor;
  /** What the actor may do in this environment; the authority compares it with the command. */
  readonly permits: Access;
  /** Why, in the actor's words; required for kill switches and overrides. */
  readonly reason: string | null;
  /** Ties the log entry to the request that caused it. */
  readonly requestId: string | null;
  /** A command that was accepted under this id is not done again: its first answer is returned. */
  readonly commandId: string | null;
  /** Says what the command would come to, and changes nothing. */
  readonly dryRun?: boolean;
}
