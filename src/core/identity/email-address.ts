const LONGEST = 254;
const ADDRESS = /^[^\s@"<>()[\],;:\\]+@[^\s@"<>()[\],;:\\.]+(?:\.[^\s@"<>()[\],;:\\.]+)*$/;

/**
 * True for what can stand after `To:` as one address. Whether anyone reads what is sent there, only
 * a message tells.
 */
export const isEmailAddress = (text: string): boolean =>
  text.length <= LONGEST && ADDRESS.test(text);
