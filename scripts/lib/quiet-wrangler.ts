/** What keeps wrangler from asking, reporting home and looking for its own updates. */
export const QUIET_WRANGLER = {
  CI: "1",
  CLOUDFLARE_CF_FETCH_ENABLED: "false",
  WRANGLER_SEND_METRICS: "false",
  WRANGLER_SEND_ERROR_REPORTS: "false",
  WRANGLER_HIDE_BANNER: "true",
  NO_UPDATE_NOTIFIER: "1",
  NO_COLOR: "1",
  FORCE_COLOR: "0",
} as const;

/** For commands that must work without an account, whatever the machine is logged in to. */
export const OFFLINE_WRANGLER = {
  ...QUIET_WRANGLER,
  CLOUDFLARE_API_TOKEN: "",
  CLOUDFLARE_ACCOUNT_ID: "",
} as const;
