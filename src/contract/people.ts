import { z } from "zod";
import { ActorResponse, EpochMs, PlaceKey, pageOf, secretShownOnce } from "./fields.ts";
import { strictObject } from "./strict-object.ts";

const Id = z.string().regex(/^[0-9A-Za-z]{1,64}$/, "use the `id` as a list gave it");
export const PersonParams = z.object({ person: Id });
export const InvitationParams = z.object({ invitation: Id });

export const PersonResponse = z
  .object({
    id: z.string(),
    name: z.string(),
    email: z.string(),
    role: z.string().meta({
      description: "The role that the person came in with; grants say what they may do now.",
    }),
    twoFactorEnabled: z.boolean(),
    joinedAtMs: EpochMs,
    deactivatedAtMs: EpochMs.nullable().meta({
      description: "When the account was switched off; `null`: it is on.",
    }),
  })
  .meta({ id: "Person" });
export const MemberResponse = PersonResponse.extend({
  teams: z.array(z.string()).meta({ description: "Keys of the teams that the person is in." }),
}).meta({ id: "Member" });
export const PersonPage = pageOf(PersonResponse).meta({ id: "PersonPage" });

export const SessionsEndedResponse = z
  .object({ id: z.string(), ended: z.int().meta({ description: "How many sessions there were." }) })
  .meta({ id: "SessionsEnded" });

export const InvitationCreateRequest = strictObject({
  email: z.string().min(3).max(254).meta({ description: "Whom the link is for." }),
  role: PlaceKey.meta({
    description: "Built in, or the organisation's own: what they may do in the whole organisation.",
  }),
}).meta({ id: "InvitationCreateRequest" });

const invitationFields = {
  id: z.string(),
  email: z.string().nullable().meta({
    description: "`null`: the link makes the first owner, who gives an address of their own.",
  }),
  role: z.string(),
  state: z.enum(["open", "accepted", "cancelled", "expired"]),
  invitedBy: ActorResponse.pick({ kind: true, name: true }),
  createdAtMs: EpochMs,
  expiresAtMs: EpochMs,
};

export const InvitationResponse = z.object(invitationFields).meta({ id: "Invitation" });
export const InvitationPage = pageOf(InvitationResponse).meta({ id: "InvitationPage" });

export const InvitationIssuedResponse = z
  .object({
    ...invitationFields,
    delivery: z.enum(["sent", "kept", "none"]).meta({
      description:
        "`sent`: the link went out by e-mail. `kept`: it is at /dev/mail. `none`: this " +
        "installation sends no messages, and `link` is to be handed over.",
    }),
    link: secretShownOnce(
      "The link, where no message was sent",
      "cancel the invitation, and invite again",
    ),
  })
  .meta({ id: "InvitationIssued" });

export const FirstOwnerLinkResponse = z
  .object({
    link: secretShownOnce("The link, which works once", "ask for another, which voids this one"),
    expiresAtMs: EpochMs,
  })
  .meta({ id: "FirstOwnerLink" });
