/** The two kinds of a relay's sockets: those that get the changes, and those that hear of them. */
export type SocketKind = "server" | "notify";

/** Which socket of a relay is asked for. */
export interface SocketRequest {
  readonly kind: SocketKind;
  /** The revision that the reader holds; `null`: none. */
  readonly since: number | null;
  /** The id of the SDK key that lets the reader in: when that ends, so does the socket. */
  readonly keyId: string;
}

/** The request as the URL of an upgrade. */
export function socketUrl({ kind, since, keyId }: SocketRequest): string {
  const query = since === null ? "" : `&since=${since}`;
  return `https://relay/stream?kind=${kind}&key=${encodeURIComponent(keyId)}${query}`;
}

/** What such a URL asks for; `null`: it is none. */
export function parseSocketUrl(url: string): SocketRequest | null {
  const [, kind, key, digits] = SOCKET_URL.exec(url) ?? [];
  if (key === undefined) return null;
  return {
    kind: kind === "server" ? "server" : "notify",
    since: digits === undefined ? null : Number(digits),
    keyId: decodeURIComponent(key),
  };
}

const SOCKET_URL = /\/stream\?kind=(server|notify)&key=([^&]+)(?:&since=(\d{1,15}))?$/;
