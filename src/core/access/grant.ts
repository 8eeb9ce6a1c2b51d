import type { Scope } from "./scopes.ts";

/** A tag that a flag or an environment carries. `value: null` on a grant: any value. */
export interface GrantTag {
  readonly name: string;
  readonly value: string | null;
}

/**
 * Where a grant holds. Each member that is not `null` narrows it, and all of them must fit. With
 * all `null` it holds in the whole installation. One that names an environment names its project
 * as well, so that it is told apart from those of other projects.
 */
export interface GrantReach {
  readonly organisationId: string | null;
  /** Projects of this business unit. */
  readonly unitId: string | null;
  readonly projectId: string | null;
  readonly environmentId: string | null;
  /** Flags and environments that carry the tag. */
  readonly tag: GrantTag | null;
}

/** Allows or denies scopes in one place. A role is spelt out before it gets here. */
export interface Grant {
  readonly effect: "allow" | "deny";
  readonly scopes: readonly Scope[];
  readonly on: GrantReach;
}

/** What somebody may do: their own grants, and those of their teams, units and organisation. */
export interface Access {
  readonly grants: readonly Grant[];
  /** What a token was narrowed to when it was issued; `null`: nothing narrows it. */
  readonly ceiling: readonly Scope[] | null;
}

/** What an action is aimed at. `null`: it is above that level, or belongs to none. */
export interface Target {
  readonly organisationId: string;
  readonly unitId: string | null;
  readonly projectId: string | null;
  readonly environmentId: string | null;
  /**
   * The tags of the environment and of the flag that the action is about; `null`: it is about what
   * holds them, such as a project.
   */
  readonly tags: readonly { readonly name: string; readonly value: string }[] | null;
}

/** The organisation itself. */
export const organisationTarget = (organisationId: string): Target => ({
  organisationId,
  unitId: null,
  projectId: null,
  environmentId: null,
  tags: null,
});

/** The whole of an organisation; `null`: the whole installation. */
export const wholeReach = (organisationId: string | null): GrantReach => ({
  organisationId,
  unitId: null,
  projectId: null,
  environmentId: null,
  tag: null,
});
