import { err, ok, type Result } from "../result.ts";

/** The entities that every document has. No others are read. */
const ENTITIES: ReadonlyMap<string, string> = new Map([
  ["amp", "&"],
  ["lt", "<"],
  ["gt", ">"],
  ["quot", '"'],
  ["apos", "'"],
]);

const LAST_CODE_POINT = 0x10_ff_ff;

/** Text with its references resolved, or what is wrong with one of them. */
export function readText(raw: string): Result<string, string> {
  if (!raw.includes("&")) return ok(raw);
  let text = "";
  let at = 0;
  while (at < raw.length) {
    const start = raw.indexOf("&", at);
    if (start === -1) return ok(text + raw.slice(at));
    const end = raw.indexOf(";", start);
    const name = end === -1 ? "" : raw.slice(start + 1, end);
    const meant = referenceOf(name);
    if (meant === null) return err(`it holds the reference &${name.slice(0, 20)};`);
    text += raw.slice(at, start) + meant;
    at = end + 1;
  }
  return ok(text);
}

function referenceOf(name: string): string | null {
  const entity = ENTITIES.get(name);
  if (entity !== undefined) return entity;
  const [, hex, decimal] = /^#(?:x([0-9a-fA-F]{1,6})|([0-9]{1,7}))$/.exec(name) ?? [];
  const code =
    hex !== undefined ? Number.parseInt(hex, 16) : decimal !== undefined ? Number(decimal) : -1;
  return isAllowed(code) ? String.fromCodePoint(code) : null;
}

function isAllowed(code: number): boolean {
  if (code === 0x9 || code === 0xa || code === 0xd) return true;
  const isSurrogate = code >= 0xd800 && code <= 0xdfff;
  return code >= 0x20 && code <= LAST_CODE_POINT && !isSurrogate && (code & 0xfffe) !== 0xfffe;
}
