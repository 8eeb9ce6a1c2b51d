/** What the installations of these tests are told; they run on this machine alone, for minutes. */
export const ADMIN_TOKEN = "harness-admin-token-of-at-least-32-characters";
export const AUTH_SECRET = "harness-auth-secret-of-at-least-32-characters";
