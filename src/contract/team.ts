import { z } from "zod";
import { EpochMs, Name, PlaceKey, Version, pageOf } from "./fields.ts";
import { PersonParams } from "./people.ts";
import { strictObject } from "./strict-object.ts";

const versioned = { version: Version, createdAtMs: EpochMs, updatedAtMs: EpochMs };
const NewKey = PlaceKey.meta({ description: "Unique in the organisation; never changes." });

export const UnitParams = z.object({ unit: PlaceKey });
export const UnitCreateRequest = strictObject({ key: NewKey, name: Name }).meta({
  id: "UnitCreateRequest",
});
export const UnitPatchRequest = strictObject({ name: Name }).meta({ id: "UnitPatchRequest" });
export const UnitResponse = z
  .object({ key: z.string(), name: z.string(), ...versioned })
  .meta({ id: "Unit" });
export const UnitPage = pageOf(UnitResponse).meta({ id: "UnitPage" });

const UnitOfTeam = PlaceKey.nullable().meta({
  description: "Key of the unit whose grants the team's people have too; `null`: none.",
});

export const TeamParams = z.object({ team: PlaceKey });
export const TeamPersonParams = PersonParams.extend({ team: PlaceKey });
export const TeamCreateRequest = strictObject({
  key: NewKey,
  name: Name,
  unit: UnitOfTeam.default(null),
}).meta({ id: "TeamCreateRequest" });
export const TeamPatchRequest = strictObject({ name: Name, unit: UnitOfTeam })
  .exactPartial()
  .refine((patch) => Object.keys(patch).length > 0, "name at least one field to change")
  .meta({ id: "TeamPatchRequest" });
export const TeamResponse = z
  .object({ key: z.string(), name: z.string(), unit: z.string().nullable(), ...versioned })
  .meta({ id: "Team" });
export const TeamPage = pageOf(TeamResponse).meta({ id: "TeamPage" });

export const TeamPersonRequest = strictObject({
  person: PersonParams.shape.person.meta({ description: "Id of a member of the organisation." }),
}).meta({ id: "TeamPersonRequest" });
export const TeamPersonResponse = z
  .object({ team: z.string(), person: z.string() })
  .meta({ id: "TeamPerson" });
export const TeamPeoplePage = pageOf(
  z
    .object({ id: z.string(), name: z.string(), email: z.string(), joinedAtMs: EpochMs })
    .meta({ id: "PersonOfTeam" }),
).meta({ id: "TeamPeoplePage" });

/** Of what was deleted. */
export const KeyDeletedResponse = z.object({ key: z.string() }).meta({ id: "KeyDeleted" });
