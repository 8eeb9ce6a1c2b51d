import { APIError, createAuthEndpoint } from "better-auth/api";
import { setSessionCookie } from "better-auth/cookies";
import { isRecord } from "../../core/json.ts";

interface PersonNamed {
  readonly personId: string;
}

/** By the interface that libraries of schemas agreed on, which spares this one a library. */
interface BodySchema {
  readonly "~standard": {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (
      value: unknown,
    ) => { readonly value: PersonNamed } | { readonly issues: readonly { message: string }[] };
    readonly types?: { readonly input: PersonNamed; readonly output: PersonNamed };
  };
}

const body: BodySchema = {
  "~standard": {
    version: 1,
    vendor: "switchyard",
    validate(value) {
      const personId = isRecord(value) ? value["personId"] : undefined;
      return typeof personId === "string"
        ? { value: { personId } }
        : { issues: [{ message: "names no person" }] };
    },
  },
};

/**
 * Begins the session of somebody for whom an identity provider spoke. No route leads here: it is for
 * whoever has checked what the provider said.
 */
export const providerSessions = () => ({
  id: "switchyard-provider-sessions" as const,
  endpoints: {
    beginProviderSession: createAuthEndpoint(
      // The path by which the audit trail knows how somebody signed in.
      "/sso/callback",
      { method: "POST", body, metadata: { SERVER_ONLY: true } },
      async (context) => {
        const { internalAdapter } = context.context;
        const user = await internalAdapter.findUserById(context.body.personId);
        if (user === null) throw new APIError("NOT_FOUND", { code: "PERSON_GONE" });
        const session = await internalAdapter.createSession(user.id);
        await setSessionCookie(context, { session, user });
        return { sessionId: session.id };
      },
    ),
  },
});
