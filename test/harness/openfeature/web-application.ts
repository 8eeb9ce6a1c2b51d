import { OFREPWebProvider } from "@openfeature/ofrep-web-provider";
import { OpenFeature, type Provider, ProviderEvents } from "@openfeature/web-sdk";

export interface ApplicationOptions {
  readonly url: string;
  readonly key: string;
  /** A text flag. */
  readonly flag: string;
}

/** What an application has seen, in the order in which it has. */
export interface Seen {
  readonly event: "ready" | "changed";
  readonly value: string;
  readonly flagsChanged: readonly string[];
}

/**
 * An application with the official web provider, in a page or in Node. It asks for its flags when it
 * starts, and never again of its own accord.
 */
export async function startApplication(
  { url, key, flag }: ApplicationOptions,
  report: (seen: Seen) => void,
): Promise<void> {
  const provider = new OFREPWebProvider({
    baseUrl: url,
    headers: [["Authorization", `Bearer ${key}`]],
    cacheMode: "disabled",
  });
  const client = OpenFeature.getClient();
  const value = () => client.getStringValue(flag, "the default");
  await OpenFeature.setContext({ targetingKey: "user-1" });
  // Its types are not made for exact optional members.
  await OpenFeature.setProviderAndWait(provider as Provider);
  report({ event: "ready", value: value(), flagsChanged: [] });
  OpenFeature.addHandler(ProviderEvents.ConfigurationChanged, (details) => {
    report({ event: "changed", value: value(), flagsChanged: namesIn(details?.flagsChanged) });
  });
}

const namesIn = (names: unknown): readonly string[] =>
  Array.isArray(names) ? names.map((name) => String(name)) : [];
