import { z } from "zod";
import { PROBLEMS } from "./problems.ts";
import type { ProblemCode } from "./problems.ts";

/** One thing that is wrong with a request or a document. */
export const ProblemError = z
  .object({
    path: z.string().meta({ description: 'JSON Pointer; `""` is the whole.' }),
    code: z.string(),
    message: z.string(),
    in: z
      .enum(["body", "path", "query", "header"])
      .exactOptional()
      .meta({ description: "Where `path` points into; absent: into the document." }),
  })
  .meta({ id: "ProblemError" });
export type ProblemError = z.infer<typeof ProblemError>;

const isProblemCode = (code: unknown): code is ProblemCode =>
  typeof code === "string" && Object.hasOwn(PROBLEMS, code);

/** RFC 9457. `code` is stable and documented; `detail` is for people. More members are facts. */
export const ProblemResponse = z
  .looseObject({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    code: z.custom<ProblemCode>(isProblemCode).meta({ type: "string" }),
    instance: z.string().meta({ description: "Path of the request." }),
    requestId: z.string().meta({ description: "Also in `x-request-id`; name it when you ask." }),
    errors: z.array(ProblemError).exactOptional(),
  })
  .meta({ id: "Problem" });
export type ProblemResponse = z.infer<typeof ProblemResponse>;
