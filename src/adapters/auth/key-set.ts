import type { JSONWebKeySet } from "jose";
import { isRecord } from "../../core/json.ts";

export const isKeySet = (value: unknown): value is JSONWebKeySet =>
  isRecord(value) && Array.isArray(value["keys"]) && value["keys"].every(isRecord);
