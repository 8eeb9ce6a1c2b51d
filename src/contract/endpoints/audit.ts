import {
  ArchivePage,
  ArchiveParams,
  AuditEventResponse,
  AuditExportQuery,
  AuditFile,
  AuditKeyResponse,
  AuditPage,
  AuditQuery,
  AuditStreamQuery,
  CheckpointPage,
  CheckpointsResponse,
  PruneRequest,
  PruneResponse,
  RekeyResponse,
} from "../audit.ts";
import { PageQuery } from "../params.ts";
import type { EndpointDefinition } from "../endpoint.ts";

const PATH = "/api/v1/audit";
const read = { method: "GET", scope: "audit:read", tag: "audit" } as const;
const write = { method: "POST", scope: "audit:write", tag: "audit" } as const;
const places = ["project.not-found", "environment.not-found"] as const;

export const auditEndpoints = {
  "audit.list": {
    ...read,
    path: PATH,
    summary: "Read what was done and refused",
    description:
      "The organisation's own chain and those of all its environments as one list, newest first, " +
      "with what each change changed. A cursor stays right while entries are added. It needs every " +
      "environment that it is about: when one does not answer, nothing is told.",
    query: AuditQuery,
    response: { status: 200, description: "One page of entries.", schema: AuditPage },
    problems: places,
  },
  "audit.stream": {
    ...read,
    path: `${PATH}/stream`,
    feature: "audit-export",
    summary: "Follow a chain",
    description:
      "Server-sent events named `audit`, one for each entry of the organisation's chain, or of an " +
      "environment's, in order and without gap; the id of each is its position, from which a " +
      "reader goes on later. An event named `end` is the last: `time-limit` after ten minutes, " +
      "`unreachable` when the chain could not be read for 30 seconds. A comment every 5 seconds " +
      "says that nothing is new.",
    query: AuditStreamQuery,
    response: {
      status: 200,
      description: "Entries, as they come.",
      schema: AuditEventResponse,
      stream: true,
    },
    problems: places,
  },
  "audit.export": {
    ...read,
    path: `${PATH}/export`,
    feature: "audit-export",
    summary: "Export a chain",
    description:
      "Everything that the chain's hashes cover, oldest first, ending with a signed statement, so " +
      "that `npm run audit:verify` can check it with the public key alone. What an SDK key is " +
      "recognised by is withheld; so are an environment's documents with personal data, where the " +
      "preset masks it: they are there as `masked`. The export is recorded itself.",
    query: AuditExportQuery,
    response: {
      status: 200,
      description: "The file.",
      schema: AuditFile,
      download: ["application/x-ndjson", "application/json", "text/csv"],
    },
    problems: [...places, "environment.unfinished", "audit.broken"],
  },
  "audit.key": {
    ...read,
    path: `${PATH}/key`,
    summary: "Read the key that checkpoints are checked with",
    description: "The public half of what signs the organisation's checkpoints and exports.",
    response: { status: 200, description: "The key.", schema: AuditKeyResponse },
    problems: [],
  },
  "audit.checkpoints": {
    ...read,
    path: `${PATH}/checkpoints`,
    summary: "List checkpoints",
    description: "Newest first. R2 keeps each as well, under `audit/`, where none is overwritten.",
    query: PageQuery,
    response: { status: 200, description: "One page.", schema: CheckpointPage },
    problems: [],
  },
  "audit.checkpoint": {
    ...write,
    path: `${PATH}/checkpoints`,
    summary: "Make checkpoints now",
    description:
      "Signs what the organisation's chain and those of all its environments end with. The " +
      "organisation's chain gets one by itself after every 1,000 entries.",
    response: { status: 201, description: "The checkpoints.", schema: CheckpointsResponse },
    problems: ["environment.unfinished"],
  },
  "audit.rekey": {
    ...write,
    path: `${PATH}/rekey`,
    summary: "Encrypt details with the newest key",
    description:
      "After a key was put first in AUDIT_KEYS: up to 500 details of older keys are encrypted " +
      "anew. Repeat until nothing remains; then the older key can go.",
    response: { status: 200, description: "What was done and remains.", schema: RekeyResponse },
    problems: [],
  },
  "audit.prune": {
    ...write,
    path: `${PATH}/prune`,
    summary: "Archive old entries",
    description:
      "Moves up to 500 of the organisation's oldest entries into an encrypted archive in R2, up to " +
      "a checkpoint that is signed for this, from which the rest is verified. Repeat while there is more. The compliance " +
      "preset says how long entries are kept at least.",
    request: { schema: PruneRequest, example: { olderThanDays: 400 } },
    response: { status: 200, description: "What was moved.", schema: PruneResponse },
    problems: ["audit.broken", "audit.retention", "audit.unreadable"],
  },
  "audit.archives": {
    ...read,
    path: `${PATH}/archives`,
    summary: "List archives of old entries",
    description: "Oldest first; a name is the first and the last position.",
    query: PageQuery,
    response: { status: 200, description: "One page.", schema: ArchivePage },
    problems: [],
  },
  "audit.archive": {
    ...read,
    path: `${PATH}/archives/:archive`,
    params: ArchiveParams,
    summary: "Read an archive of old entries",
    description: "An export as NDJSON, which can be verified by itself.",
    response: {
      status: 200,
      description: "The file.",
      schema: AuditFile,
      download: ["application/x-ndjson"],
    },
    problems: ["audit-archive.not-found", "audit.unreadable"],
  },
} as const satisfies Record<string, EndpointDefinition>;
