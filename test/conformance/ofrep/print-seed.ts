import { SEED } from "./seed.ts";

/** What a server has to be seeded with by hand, as JSON that names no vendor. */
export function seedDescription(): string {
  const first = SEED.map((flag) => ({ ...flag, servesInOther: undefined }));
  const second = SEED.flatMap((flag) =>
    flag.servesInOther === undefined
      ? []
      : [{ ...flag, serves: flag.servesInOther, servesInOther: undefined }],
  );
  return JSON.stringify({ environments: { first, second } }, undefined, 2);
}
