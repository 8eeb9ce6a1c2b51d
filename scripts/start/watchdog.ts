// Preloaded into wrangler: when the process that started it is gone, however it ended, so is
// wrangler, and with it the runtime it drives.
process.on("disconnect", () => process.exit(1));
