import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { expect, it } from "vitest";
import { EDGE_LIMIT_BYTES, NOT_AT_THE_EDGE } from "../../../scripts/lib/edge-budget.ts";

it(`the edge Worker is at most ${EDGE_LIMIT_BYTES / 1024} kB gzip, without what it does not need`, async () => {
  const { metafile, outputFiles } = await build({
    entryPoints: ["workers/edge/index.ts"],
    bundle: true,
    minify: true,
    write: false,
    metafile: true,
    format: "esm",
    platform: "neutral",
    target: "es2023",
    mainFields: ["module", "main"],
    conditions: ["workerd", "worker", "import"],
    external: ["cloudflare:*"],
    logLevel: "silent",
  });
  const inputs = Object.keys(metafile.inputs);
  const unwanted = inputs.filter((input) =>
    NOT_AT_THE_EDGE.some((name) => input.includes(`node_modules/${name}/`)),
  );
  expect(unwanted).toEqual([]);
  expect(
    inputs.filter((input) => /^(?:durable-objects|workers\/control|src\/app)\//.test(input)),
  ).toEqual([]);

  const packed = gzipSync(outputFiles[0]!.contents, { level: 9 }).byteLength;
  process.stdout.write(
    `edge bundle: ${(packed / 1024).toFixed(1)} kB gzip, ${inputs.length} modules\n`,
  );
  expect(packed).toBeLessThanOrEqual(EDGE_LIMIT_BYTES);
});
