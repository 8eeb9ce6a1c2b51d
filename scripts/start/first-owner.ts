import { refusalOf, type ManagementApi } from "./management-api.ts";

const PATH = "/api/v1/first-owner-link";

/**
 * The link by which the first person comes in, made anew at each start until one has; `null`:
 * somebody can sign in. Throws a sentence for the terminal when the API refuses for another reason.
 */
export async function firstOwnerLink(api: ManagementApi): Promise<string | null> {
  const answer = await api.post(PATH, {});
  const { code, link } = answer.body;
  // Browsers keep a session of plain HTTP for `localhost`; not all of them do for the address.
  if (answer.status === 201 && typeof link === "string") {
    return link.replace("http://127.0.0.1:", "http://localhost:");
  }
  if (code === "installation.has-people" || wasReplaced(answer.status)) return null;
  throw new Error(refusalOf(PATH, answer));
}

/** An operator who has taken the bootstrap token's rights away has other ways to make an owner. */
const wasReplaced = (status: number) => status === 401 || status === 403;

export const firstOwnerInvitation = (
  link: string,
): string => `Nobody can sign in yet. Open this link to become the owner; it works once, for a day:

  ${link}
`;
