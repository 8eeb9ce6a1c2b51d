/** The noun behind "a" or "an": "a flag", "an override". */
export const withArticle = (noun: string): string =>
  // A "u" is as often spoken "you", and so are a unit and a union.
  /^[aeio]/i.test(noun) ? `an ${noun}` : `a ${noun}`;
