import type { AuditArchives } from "../../app/audit/prune-chain.ts";
import type { SignedCheckpoint } from "../../core/audit/checkpoint.ts";
import { canonicalJson } from "../../core/json.ts";
import type { Keyring } from "../crypto/envelope.ts";

/** Places in a name sort as numbers. */
const padded = (position: number) => String(position).padStart(15, "0");

/** Nothing that is there is overwritten: what a checkpoint said stays said. */
const ONCE = { onlyIf: { etagDoesNotMatch: "*" } };

/** Keeps a checkpoint under `audit/<organisation>/checkpoints/<chain>/<position>[-prune].json`. */
export const keepCheckpointIn =
  (bucket: R2Bucket) =>
  async (signed: SignedCheckpoint): Promise<void> => {
    const { chain, head, prune } = signed.checkpoint;
    const name = chain.kind === "organisation" ? "organisation" : chain.environmentId;
    const place = padded(head.sequence) + (prune === undefined ? "" : "-prune");
    const key = `audit/${chain.organisationId}/checkpoints/${name}/${place}.json`;
    await bucket.put(key, canonicalJson(signed), {
      ...ONCE,
      httpMetadata: { contentType: "application/json" },
    });
  };

const archivesOf = (organisationId: string) => `audit/${organisationId}/archive/`;
const contextOf = (organisationId: string, name: string) => `audit ${organisationId} ${name}`;

/** How many other archives of the same entries there may be. */
const MOST_NAMES = 20;

/** Pruned entries as exports, sealed, under `audit/<organisation>/archive/<first>-<last>`. */
export function createR2AuditArchives(
  bucket: R2Bucket,
  keyring: () => Promise<Keyring>,
): AuditArchives {
  const putOnce = async (organisationId: string, name: string, text: string): Promise<void> => {
    const sealed = await (await keyring()).seal(text, contextOf(organisationId, name));
    await bucket.put(archivesOf(organisationId) + name, sealed.sealed, {
      ...ONCE,
      customMetadata: { keyId: sealed.keyId },
    });
  };

  const read: AuditArchives["read"] = async (organisationId, name) => {
    const object = await bucket.get(archivesOf(organisationId) + name);
    const keyId = object?.customMetadata?.["keyId"];
    if (object === null || keyId === undefined) return undefined;
    const sealed = { keyId, sealed: await object.text() };
    return (await keyring()).open(sealed, contextOf(organisationId, name));
  };

  return {
    read,

    async keep(organisationId, { first, last }, text) {
      const range = `${padded(first)}-${padded(last)}`;
      for (let n = 1; n <= MOST_NAMES; n += 1) {
        const name = n === 1 ? range : `${range}-${n}`;
        await putOnce(organisationId, name, text);
        // What is there may be something else, which was there before.
        if ((await read(organisationId, name)) === text) return name;
      }
      throw new Error(`the archive ${range} is not kept: other things have all its names`);
    },

    async list(organisationId, { limit, cursor }) {
      const prefix = archivesOf(organisationId);
      const startAfter = cursor === null ? {} : { startAfter: prefix + cursor };
      const { objects, truncated } = await bucket.list({ prefix, limit, ...startAfter });
      const items = objects.map(({ key }) => key.slice(prefix.length));
      return { items, next: truncated ? (items.at(-1) ?? null) : null };
    },
  };
}
