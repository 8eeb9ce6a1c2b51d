import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../lib/paths.ts";

/** One request of the public API that creates a piece of the sample data. */
export interface SampleRequest {
  readonly path: string;
  readonly body: unknown;
}

export const SAMPLE_PROJECT = "demo";
export const SAMPLE_ENVIRONMENTS = ["dev", "staging", "prod"] as const;
export type SampleEnvironment = (typeof SAMPLE_ENVIRONMENTS)[number];

const EXAMPLES = join(ROOT, "examples");

/** The files of `examples/` as requests, in the order in which they depend on each other. */
export function sampleRequests(): readonly SampleRequest[] {
  const project = `/api/v1/projects/${SAMPLE_PROJECT}`;
  const requests = [{ path: "/api/v1/projects", body: read("project.json") }];
  for (const environment of SAMPLE_ENVIRONMENTS) {
    const folder = join("environments", environment);
    requests.push({
      path: `${project}/environments`,
      body: read(join(folder, "environment.json")),
    });
    for (const file of jsonFiles(join(folder, "segments"))) {
      requests.push({
        path: `${project}/environments/${environment}/segments`,
        body: read(join(folder, "segments", file)),
      });
    }
  }
  for (const body of sampleFlags()) requests.push({ path: `${project}/flags`, body });
  return requests;
}

/** The bodies that create the flags; a file holds one, or a list of them. */
function sampleFlags(): readonly unknown[] {
  return jsonFiles("flags").flatMap((file): readonly unknown[] => {
    const content = read(join("flags", file));
    return Array.isArray(content) ? content : [content];
  });
}

function jsonFiles(folder: string): readonly string[] {
  return readdirSync(join(EXAMPLES, folder))
    .filter((file) => file.endsWith(".json"))
    .toSorted();
}

function read(file: string): unknown {
  return JSON.parse(readFileSync(join(EXAMPLES, file), "utf8"));
}
