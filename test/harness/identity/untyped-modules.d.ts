declare module "oidc-provider" {
  import type { RequestListener } from "node:http";

  /** As much of it as is used here; it comes without types. */
  export class Provider {
    constructor(issuer: string, configuration: object);
    callback(): RequestListener;
  }
}
