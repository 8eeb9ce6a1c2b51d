import { generateKeyPairSync, type KeyObject, sign, verify } from "node:crypto";
import { environmentId } from "../../../../src/core/brand.ts";
import { sha256Hex } from "../../../../src/core/hash/sha256.ts";
import { formatSdkKey } from "../../../../src/core/keys/sdk-key.ts";
import { type SealClaim, endorsementText, sealedText } from "../../../../src/core/signing/claim.ts";
import type { Seal, SigningKey } from "../../../../src/core/signing/seal.ts";
import type { VerifySignature } from "../../../../src/core/signing/signature.ts";
import { type DocumentChange, StateDigest } from "../../../../src/core/signing/state-digest.ts";
import type { ReceivedState } from "../../../../src/sdk/core/read-word.ts";

export const ENVIRONMENT = environmentId("a1b2c3d4");
export const SERVER_KEY = formatSdkKey("server", ENVIRONMENT, new Uint8Array(64).fill(7));
const SALT = "env-salt";

/** Node's own, so that nothing has to be waited for. */
export const verifySignature: VerifySignature = async ({ publicKey, text, signature }) => {
  const key = {
    kty: "OKP",
    crv: "Ed25519",
    x: Buffer.from(publicKey, "hex").toString("base64url"),
  };
  return verify(null, Buffer.from(text), { key, format: "jwk" }, Buffer.from(signature, "hex"));
};

interface Signer {
  readonly privateKey: KeyObject;
  readonly publicKey: string;
}

function newSigner(): Signer {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  const { x = "" } = publicKey.export({ format: "jwk" });
  return { privateKey, publicKey: Buffer.from(x, "base64url").toString("hex") };
}

const signed = (signer: Signer, text: string) =>
  sign(null, Buffer.from(text), signer.privateKey).toString("hex");

interface Revision {
  readonly changes: readonly DocumentChange[];
  readonly documents: ReadonlyMap<string, DocumentChange>;
}

/** Where a client's flags come from: documents, their history, and the word for each revision. */
export class Origin {
  readonly environmentId: string;
  #signer = newSigner();
  #signers: SigningKey[] = [];
  readonly #history: Revision[] = [{ changes: [], documents: new Map() }];

  constructor(id: string = ENVIRONMENT) {
    this.environmentId = id;
    this.#name(null);
  }

  get revision(): number {
    return this.#history.length - 1;
  }

  get publicKey(): string {
    return this.#signer.publicKey;
  }

  /** Makes the next revision. */
  put(kind: DocumentChange["kind"], document: object & { readonly key: string }): this {
    const name = `${kind}/${document.key}`;
    const version = (this.#newest.documents.get(name)?.state?.version ?? 0) + 1;
    return this.#add({ kind, key: document.key, state: { version, document } });
  }

  remove(kind: DocumentChange["kind"], key: string): this {
    return this.#add({ kind, key, state: null });
  }

  /** A new signing key, endorsed by the one before it. */
  rotate(): this {
    const former = this.#signer;
    this.#signer = newSigner();
    this.#name(former);
    return this;
  }

  snapshot(revision: number = this.revision): Sealed<"snapshot"> {
    const { documents } = this.#history[revision]!;
    const of = (kind: string) =>
      [...documents.values()].filter((each) => each.kind === kind).map(({ state }) => state);
    const snapshot = {
      format: "switchyard.snapshot/1",
      environmentId: this.environmentId,
      revision,
      acceptedAtMs: 1_000 + revision,
      salt: SALT,
      flags: of("flag"),
      segments: of("segment"),
      experiments: of("experiment"),
      holdouts: of("holdout"),
      keys: [],
      settings: of("settings"),
    };
    return { kind: "snapshot", snapshot, seal: this.seal(revision) };
  }

  delta(since: number, revision: number = this.revision): Sealed<"delta"> {
    const touched = new Map<string, DocumentChange>();
    for (const { changes } of this.#history.slice(since + 1, revision + 1)) {
      for (const change of changes) touched.set(`${change.kind}/${change.key}`, change);
    }
    const delta = {
      format: "switchyard.delta/1",
      environmentId: this.environmentId,
      since,
      revision,
      acceptedAtMs: 1_000 + revision,
      changes: [...touched.values()],
    };
    return { kind: "delta", delta, seal: this.seal(revision) };
  }

  seal(revision: number = this.revision): Seal {
    const { documents } = this.#history[revision]!;
    const claim: SealClaim = {
      environmentId: this.environmentId,
      revision,
      acceptedAtMs: 1_000 + revision,
      salt: SALT,
      documentsRoot: StateDigest.empty.after(documents.values()).documentsRoot,
      // What the environment's SDK keys come to; clients are not told.
      keysRoot: sha256Hex("keys"),
    };
    const { id } = this.#signers.at(-1)!;
    const signature = signed(this.#signer, sealedText(claim));
    return { keyId: id, signature, keysRoot: claim.keysRoot, signers: [...this.#signers] };
  }

  get #newest(): Revision {
    return this.#history.at(-1)!;
  }

  #add(change: DocumentChange): this {
    const documents = new Map(this.#newest.documents);
    const name = `${change.kind}/${change.key}`;
    if (change.state === null) documents.delete(name);
    else documents.set(name, change);
    this.#history.push({ changes: [change], documents });
    return this;
  }

  #name(former: Signer | null): void {
    const { publicKey } = this.#signer;
    const id = sha256Hex(new Uint8Array(Buffer.from(publicKey, "hex"))).slice(0, 16);
    const key = { id, publicKey, createdAtMs: 1 };
    const endorsement =
      former === null ? null : signed(former, endorsementText(this.environmentId, key));
    this.#signers.push({ ...key, endorsement });
  }
}

type Sealed<Kind> = Extract<ReceivedState, { readonly kind: Kind }>;

/** As a frame of a stream. */
export function frameOf({ kind, ...members }: ReceivedState): string {
  return JSON.stringify({ type: kind, ...members });
}
