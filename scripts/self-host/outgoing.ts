/** The name by which another Worker of the runtime is told to send its requests through this one. */
export const OUTGOING = "outgoing";

const FORWARD = "export default { fetch: (request, env) => env.NETWORK.fetch(request) };";

/**
 * A Worker of the runtime that all requests of the product go out through. The runtime looks at the
 * address that it connects to, so that a name which means something else from one moment to the next
 * leads nowhere either. `mayReachPrivate`: the machine itself and the networks around it as well.
 */
export function outgoingWorker(mayReachPrivate: boolean) {
  return {
    name: OUTGOING,
    compatibilityDate: "2026-10-20",
    modules: [{ type: "ESModule" as const, path: "outgoing.js", contents: FORWARD }],
    serviceBindings: {
      NETWORK: {
        network: {
          allow: mayReachPrivate ? ["public", "private"] : ["public"],
          tlsOptions: { trustBrowserCas: true },
        },
      },
    },
  };
}
