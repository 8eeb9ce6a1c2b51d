/** What can go wrong when people sign in, come in, and manage their ways in. */
export const identityProblems = {
  "configuration.auth-secret": {
    status: 503,
    title: "Signing in is not set up",
    meaning: "The secret AUTH_SECRET is missing or shorter than 32 characters.",
  },
  "session.required": {
    status: 401,
    title: "Nobody is signed in",
    meaning: "Sign in first. The session has ended, or its cookie is missing or not ours.",
  },
  "session.not-found": {
    status: 404,
    title: "There is no such session",
    meaning: "It has ended, or is somebody else's. `GET /api/auth/sessions` lists one's own.",
  },
  "sign-in.refused": {
    status: 401,
    title: "The e-mail address or the password is wrong",
    meaning: "Which of the two is not said, so that nobody can find out who has an account.",
  },
  "sign-in.deactivated": {
    status: 403,
    title: "This person is deactivated",
    meaning: "An administrator, or the identity provider, has switched the account off.",
  },
  "sign-in.too-many-attempts": {
    status: 429,
    title: "Too many attempts",
    meaning: "Try again after the seconds that `retry-after` names.",
  },
  "two-factor.refused": {
    status: 401,
    title: "The code is wrong",
    meaning:
      "Codes change every 30 seconds, a backup code works once, and after the password there are " +
      "10 minutes for a few tries. Sign in again when they are over.",
  },
  "password.wrong": {
    status: 403,
    title: "The password is wrong",
    meaning: "This change needs the password of whoever is signed in.",
  },
  "password.length": {
    status: 422,
    title: "The password is too short or too long",
    meaning: "A password has 12 to 128 characters.",
  },
  "link.void": {
    status: 404,
    title: "The link does not work",
    meaning: "It was used, was cancelled, has expired, or was never made. Ask for another.",
  },
  "link.of-another": {
    status: 403,
    title: "The invitation is for somebody else",
    meaning: "Sign out, and open the link again as the person whom it was sent to.",
  },
  "link.sign-in-first": {
    status: 409,
    title: "There is an account with this address",
    meaning: "Sign in, and open the link again: it then adds the organisation to the account.",
  },
  "organisation.not-found": {
    status: 404,
    title: "There is no such organisation",
    meaning: "`GET /api/auth/session` lists those that one is a member of.",
  },
  "identity.refused": {
    status: 400,
    title: "This cannot be done",
    meaning: "`detail` says why.",
  },
  "invitation.not-found": {
    status: 404,
    title: "There is no such invitation",
    meaning: "`GET /api/v1/invitations` lists the organisation's invitations.",
  },
  "invitation.ended": {
    status: 409,
    title: "The invitation has ended",
    meaning: "It was taken up, so there is nothing to cancel.",
  },
  "person.already-member": {
    status: 409,
    title: "This person is a member already",
    meaning: "Nobody needs to be invited twice. Grants say what a member may do.",
  },
  "person.role-beyond-own": {
    status: 403,
    title: "The role allows more than you may do",
    meaning: "Nobody gives what they have not got. `scopes` lists what is lacking.",
  },
  "person.not-found": {
    status: 404,
    title: "There is no such person",
    meaning: "`GET /api/v1/people` lists the organisation's members.",
  },
  "installation.has-people": {
    status: 409,
    title: "Somebody can sign in already",
    meaning: "The link for the first owner is made while nobody can. Now owners invite others.",
  },
} as const;
