import { env } from "cloudflare:workers";
import { type RowRequest, sendingWith } from "./ask.ts";
import { installation } from "./in-process.ts";
import { World } from "./world.ts";

/** A world that the bootstrap token makes. */
export function aWorld(): Promise<World> {
  const token = { authorization: `Bearer ${env.ADMIN_TOKEN}` };
  return new World(installation, "default", sendingWith(installation.anyone, token)).begin();
}

/** What the logs say of a request: those of the environments, and the organisation's. */
export async function entriesOf(
  requestId: string,
  world: World,
  { params, body }: RowRequest,
): Promise<readonly string[]> {
  const { results } = await env.DB.prepare("SELECT action FROM audit_log WHERE request_id = ?")
    .bind(requestId)
    .all<{ action: string }>();
  const found = results.map(({ action }) => action);
  const { project } = world;
  // An environment that was made by the request has told of it in its own log.
  const made = new Set([world.environment, params["environment"], keyIn(body)]);
  for (const environment of made) {
    if (environment === undefined) continue;
    const request = { id: "log.list", params: { project, environment }, body: undefined } as const;
    const { status, body: log } = await world.send(request);
    const entries: { readonly requestId: string; readonly action: string }[] =
      status === 200 ? log.items : [];
    found.push(
      ...entries.filter((each) => each.requestId === requestId).map(({ action }) => action),
    );
  }
  return found;
}

const keyIn = (body: unknown): string | undefined => {
  const key: unknown = Object(body)["key"];
  return typeof key === "string" ? key : undefined;
};
