/** A small seeded generator, so that a failure can be repeated. */
function seeded(seed: number) {
  let state = seed;
  return (below: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_-. é";

/** Some 100,000 texts that differ from this one in one character, wherever and whatever it is. */
export function* withOneChanged(text: string, seed: number): Generator<string> {
  const random = seeded(seed);
  for (let round = 0; round < 100_000; round += 1) {
    const at = random(text.length);
    const replacement = ALPHABET.charAt(random(ALPHABET.length));
    if (replacement === text.charAt(at)) continue;
    yield text.slice(0, at) + replacement + text.slice(at + 1);
  }
}

/** Each text in which two neighbours of this one are swapped. */
export function* withTwoSwapped(text: string): Generator<string> {
  for (let at = 0; at + 1 < text.length; at += 1) {
    if (text[at] === text[at + 1]) continue;
    yield text.slice(0, at) + text[at + 1] + text[at] + text.slice(at + 2);
  }
}

/**
 * How unevenly the 62 digits occur in these texts of digits, as chi squared: with its 61 degrees of
 * freedom, a fair source is above 131 once in a million runs. `digits`: how many there are at all.
 */
export function unevenness(texts: readonly string[]): { digits: number; chiSquared: number } {
  const counts = new Map<string, number>();
  const all = texts.join("");
  for (const digit of all) counts.set(digit, (counts.get(digit) ?? 0) + 1);
  const expected = all.length / 62;
  const chiSquared = [...counts.values()].reduce(
    (sum, n) => sum + (n - expected) ** 2 / expected,
    0,
  );
  return { digits: counts.size, chiSquared };
}
