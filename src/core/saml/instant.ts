const INSTANT =
  /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?:Z|([+-])(\d\d):(\d\d))$/;

const DAY_MS = 86_400_000;

/** Milliseconds since the Unix epoch of an `xs:dateTime` with a zone; `null`: it is none. */
export function instantMs(text: string): number | null {
  const match = INSTANT.exec(text);
  if (match === null) return null;
  const day = dayOf(match.slice(1, 4).map(Number));
  const seconds = secondsOf(match.slice(4, 7).map(Number));
  if (day === null || seconds === null) return null;
  const milliseconds = Math.floor(Number(`0.${match[7] ?? "0"}`) * 1_000);
  const localMs = day * DAY_MS + seconds * 1_000 + milliseconds;
  return localMs - offsetMs(match[8], match[9], match[10]);
}

function dayOf([year = 0, month = 0, day = 0]: readonly number[]): number | null {
  const isDate = month >= 1 && month <= 12 && day >= 1 && day <= 31;
  return isDate ? daysSinceEpoch(year, month, day) : null;
}

function secondsOf([hour = 0, minute = 0, second = 0]: readonly number[]): number | null {
  return hour > 24 || minute > 59 || second > 60 ? null : (hour * 60 + minute) * 60 + second;
}

const offsetMs = (sign = "+", hours = "0", minutes = "0"): number =>
  (Number(hours) * 60 + Number(minutes)) * (sign === "-" ? -60_000 : 60_000);

/** By the Gregorian calendar, counted in eras of 400 years that begin on 1 March. */
function daysSinceEpoch(year: number, month: number, day: number): number {
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100);
  return era * 146_097 + dayOfEra + dayOfYear - 719_468;
}
