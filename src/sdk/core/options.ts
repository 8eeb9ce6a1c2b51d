import { verifyEd25519 } from "../../adapters/crypto/ed25519.ts";
import type { PatternCompiler } from "../../core/conditions/pattern.ts";
import type { TrustedKeys } from "../../core/signing/check-seal.ts";
import type { VerifySignature } from "../../core/signing/signature.ts";
import { BACKOFF, type BackoffSettings } from "./backoff.ts";
import { CONNECTION, type ConnectionSettings } from "./connection.ts";
import type { ClientEvent } from "./client-event.ts";
import type {
  ClientClock,
  HttpFetch,
  LastKnownGoodStorage,
  StreamSocketConstructor,
} from "./ports.ts";

export interface StreamingClientOptions {
  /** Origin of the installation, such as `https://flags.example.com`. */
  readonly baseUrl: string;
  /** A server key: a secret. */
  readonly sdkKey: string;
  /** Compiles the RE2 patterns of conditions. */
  readonly compilePattern: PatternCompiler;
  /**
   * Public keys of the environment, in hexadecimal, of which one must have signed what is held, or
   * have endorsed who did. Absent: who signed the first answer that the server vouches for is
   * trusted, so that trust rests on TLS.
   */
  readonly trustedKeys?: TrustedKeys;
  /** Absent: nothing is kept for the next start. */
  readonly storage?: LastKnownGoodStorage;
  readonly onEvent?: (event: ClientEvent) => void;
  /** Absent: the global one; `null`: HTTP alone. */
  readonly webSocket?: StreamSocketConstructor | null;
  /** Absent: the global one. */
  readonly fetch?: HttpFetch;
  /** Absent: WebCrypto's Ed25519. */
  readonly verifySignature?: VerifySignature;
  readonly clock?: ClientClock;
  /** A number from 0 to 1, exclusive. */
  readonly random?: () => number;
  readonly connection?: Partial<Omit<ConnectionSettings, "backoff">>;
  readonly backoff?: Partial<BackoffSettings>;
}

/** The options with all that was left out. */
export interface ClientSetup {
  readonly baseUrl: string;
  readonly sdkKey: string;
  readonly compilePattern: PatternCompiler;
  /** Empty: whoever seals what is vouched for first. */
  readonly trustedKeys: TrustedKeys;
  readonly storage: LastKnownGoodStorage | null;
  readonly onEvent: ((event: ClientEvent) => void) | null;
  readonly webSocket: StreamSocketConstructor | null;
  readonly fetch: HttpFetch;
  readonly verifySignature: VerifySignature;
  readonly clock: ClientClock;
  readonly random: () => number;
  readonly connection: ConnectionSettings;
}

export function setupOf(options: StreamingClientOptions): ClientSetup {
  const { webSocket = globalThis.WebSocket, backoff, connection } = options;
  return {
    baseUrl: options.baseUrl,
    sdkKey: options.sdkKey,
    compilePattern: options.compilePattern,
    trustedKeys: options.trustedKeys ?? [],
    storage: options.storage ?? null,
    onEvent: options.onEvent ?? null,
    webSocket: webSocket ?? null,
    // A platform's own refuses to be called as another object's.
    fetch: options.fetch ?? ((url, init) => fetch(url, init)),
    verifySignature: options.verifySignature ?? verifyEd25519,
    clock: options.clock ?? SYSTEM_CLOCK,
    random: options.random ?? (() => Math.random()),
    connection: { ...CONNECTION, ...connection, backoff: { ...BACKOFF, ...backoff } },
  };
}

const SYSTEM_CLOCK: ClientClock = {
  now: () => Date.now(),
  startTimer: (run, ms) => {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
};
