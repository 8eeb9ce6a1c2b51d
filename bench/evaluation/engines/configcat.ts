import { getClient, PollingMode, User } from "configcat-node";
import * as w from "../workloads.ts";

const BOOLEAN = 0;
const TEXT = 1;
const IS_ONE_OF = 0;
const SEMVER_AT_LEAST = 9;
const NUMBER_ABOVE = 14;
const EQUALS = 28;
const ENDS_WITH_ANY_OF = 32;

/** ConfigCat's SDK for Node, asked through a snapshot, which answers synchronously. */
export async function createEngine(): Promise<w.Engine<User>> {
  const settings = {
    [w.HALF_KEY]: half(),
    [w.RULES_KEY]: rules(),
    ...Object.fromEntries(w.ALL_KEYS.map((key, at) => [key, w.isHalf(at) ? half() : rules()])),
  };
  const config = JSON.stringify({ p: { u: "http://127.0.0.1:9", r: 0, s: "salt" }, f: settings });
  const client = getClient(`${"a".repeat(22)}/${"b".repeat(22)}`, PollingMode.ManualPoll, {
    offline: true,
    logger: null,
    cache: { get: () => `${Date.now()}\n"1"\n${config}`, set: () => {} },
  });
  await client.waitForReady();
  const snapshot = client.snapshot();
  const ask = (key: string, at: number, user: User) =>
    w.isHalf(at)
      ? snapshot.getValueDetails(key, false, user)
      : snapshot.getValueDetails(key, "", user);
  return {
    name: "configcat-node",
    contextOf: ({ id, email, country, ...custom }) => new User(id, email, country, custom),
    half: (user) => snapshot.getValueDetails(w.HALF_KEY, false, user),
    rules: (user) => snapshot.getValueDetails(w.RULES_KEY, "", user),
    all: (user) => w.ALL_KEYS.map((key, at) => ask(key, at, user)),
    valueOf: (answer) => answer.value,
    valueIn: (answers, index) => answers[index].value,
    close: () => client.dispose(),
  };
}

const share = (p: number, b: boolean) => ({ p, v: { b }, i: String(b) });

function half() {
  return { t: BOOLEAN, a: "Identifier", p: [share(50, true), share(50, false)], v: { b: false } };
}

const served = (name: string) => ({ v: { s: name }, i: name });

function rules() {
  const conditions = [
    { a: "Country", c: IS_ONE_OF, l: w.COUNTRIES },
    { a: "plan", c: EQUALS, s: w.PLAN },
    { a: "Email", c: ENDS_WITH_ANY_OF, l: [w.EMAIL_END] },
    { a: "appVersion", c: SEMVER_AT_LEAST, s: w.VERSION },
  ];
  return {
    t: TEXT,
    a: "Identifier",
    r: [
      ...conditions.map((u, at) => ({ c: [{ u }], s: served(w.FIXED[at] ?? "") })),
      {
        c: [{ u: { a: "logins", c: NUMBER_ABOVE, d: w.LOGINS } }],
        p: w.SPLIT.map((name, at) => ({ p: w.SHARES[at], ...served(name) })),
      },
    ],
    ...served(w.NONE),
  };
}
