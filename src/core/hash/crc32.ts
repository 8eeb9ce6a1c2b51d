const TABLE = new Uint32Array(256);
for (let index = 0; index < 256; index += 1) {
  let word = index;
  for (let bit = 0; bit < 8; bit += 1) word = word & 1 ? (word >>> 1) ^ 0xedb88320 : word >>> 1;
  TABLE[index] = word;
}

/** CRC-32 (IEEE 802.3) of an ASCII text, as an unsigned integer. Finds typing errors, no more. */
export function crc32(ascii: string): number {
  let crc = 0xffffffff;
  for (let at = 0; at < ascii.length; at += 1) {
    crc = (TABLE[(crc ^ ascii.charCodeAt(at)) & 0xff] ?? 0) ^ (crc >>> 8);
  }
  return (crc ^ 0xffffffff) >>> 0;
}
