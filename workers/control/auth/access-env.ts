/** Set where Cloudflare Access stands before the installation; both, or neither counts. */
export interface AccessEnv {
  /** `https://team.cloudflareaccess.com`, or its first part. */
  readonly ACCESS_TEAM_DOMAIN?: string;
  /** The AUD tag of the application at Cloudflare Access. */
  readonly ACCESS_AUD?: string;
}
