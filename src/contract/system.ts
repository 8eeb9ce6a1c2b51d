import { z } from "zod";

/** What every Worker says of itself; one that also evaluates says more. */
export const HealthResponse = z
  .looseObject({
    status: z.enum(["ok", "degraded", "unavailable"]),
    dependencies: z
      .record(z.string(), z.string())
      .meta({ description: "What it rests on, and whether that is `down`." }),
  })
  .meta({ id: "Health" });

export const OpenApiResponse = z
  .looseObject({ openapi: z.string(), paths: z.record(z.string(), z.unknown()) })
  .meta({ id: "OpenApi", description: "This document." });
