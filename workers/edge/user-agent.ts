export type DeviceType = "desktop" | "mobile" | "tablet" | "tv" | "bot";

/** What a browser says of itself; absent members are not known. */
export interface Device {
  readonly type?: DeviceType | undefined;
  /** `android` `chromeos` `ios` `linux` `macos` `tizen` `webos` `windows` */
  readonly os?: string | undefined;
  /** `chrome` `edge` `firefox` `opera` `safari` `samsung-internet` */
  readonly browser?: string | undefined;
}

/** Longer ones are padding; nothing that tells is behind this. */
const MOST_CHARACTERS = 512;

type Clues<T> = readonly (readonly [RegExp, T])[];

// In order: each browser also claims to be those below it.
const BROWSERS: Clues<string> = [
  [/Edg(?:e|A|iOS)?\//, "edge"],
  [/OPR\/|OPiOS\/|OPT\/|Opera/, "opera"],
  [/SamsungBrowser\//, "samsung-internet"],
  [/Firefox\/|FxiOS\//, "firefox"],
  [/CriOS\/|Chrome\/|Chromium\//, "chrome"],
  [/Version\/\S+ (?:Mobile\/\S+ )?Safari\//, "safari"],
];

const SYSTEMS: Clues<string> = [
  [/Windows/, "windows"],
  [/iPhone|iPad|iPod/, "ios"],
  [/Tizen/, "tizen"],
  [/Web0S|webOS/, "webos"],
  [/Android/, "android"],
  [/\bCrOS\b/, "chromeos"],
  [/Macintosh|Mac OS X/, "macos"],
  [/Linux|X11/, "linux"],
];

const TYPES: Clues<DeviceType> = [
  [/bot\b|crawl|spider|slurp|preview|HeadlessChrome/i, "bot"],
  [/Smart-?TV|SMART-TV|AppleTV|GoogleTV|BRAVIA|CrKey|Web0S|\bAFT[A-Z]|\bTV\b/i, "tv"],
  [/iPad|Tablet|Kindle|Silk\//, "tablet"],
  [/Mobi|iPhone|iPod/, "mobile"],
  [/Android/, "tablet"],
  [/Windows NT|Macintosh|X11|\bCrOS\b|Linux/, "desktop"],
];

/** Reads a `User-Agent`. Programs and apps that are no browsers mostly tell nothing. */
export function deviceOfUserAgent(userAgent: string): Device {
  const text = userAgent.slice(0, MOST_CHARACTERS);
  return {
    type: firstOf(TYPES, text),
    os: firstOf(SYSTEMS, text),
    browser: firstOf(BROWSERS, text),
  };
}

function firstOf<T>(clues: Clues<T>, text: string): T | undefined {
  return clues.find(([pattern]) => pattern.test(text))?.[1];
}
