import { writeFileSync } from "node:fs";
import { operationsSource } from "./lib/operations-source.ts";

// Writes what the admin client must know of the endpoint table at run time. Run it after the
// table has changed; a test fails while the file is behind.
const target = new URL("../src/sdk/admin/operations.gen.ts", import.meta.url);
writeFileSync(target, operationsSource());
console.log("src/sdk/admin/operations.gen.ts is up to date");
