import { Regions } from "./regions.ts";

/**
 * Shows a kill on its way to six regions, of which one is cut off, over links that delay, lose and
 * repeat. Time is simulated and every promise is checked on the way: `node demonstrate.ts [seed]`.
 */
const [word = "1"] = process.argv.slice(2);
const seed = Number(word);
if (!Number.isSafeInteger(seed) || seed < 0) {
  process.stderr.write(`The seed is a whole number such as 7, not ${JSON.stringify(word)}.\n`);
  process.exit(1);
}

const LOOK_EVERY_MS = 50;
const world = new Regions(seed, { regions: 6, isStaged: false });
const seen = new Map<string, string>();
let beganMs = 0;

const say = (text: string): void => {
  const atMs = Math.round(world.events.nowMs - beganMs);
  process.stdout.write(`${String(atMs).padStart(7)} ms  ${text}\n`);
};

/** Says what has become different in the receipts of the newest revision, and in answers. */
function look(): void {
  const { authority } = world;
  const { revision } = authority;
  for (const { region, state } of authority.propagation(revision).relays) {
    note(region, `${region.padEnd(8)} ${state === "relayed" ? "relayed" : `${state} …`}`);
  }
  for (const { lastRevision, relay } of world.regions) {
    const isNew = lastRevision >= revision;
    if (isNew) note(`answers ${relay.name}`, `${relay.name.padEnd(8)} answers with it`);
  }
}

function note(what: string, text: string): void {
  if (seen.get(what) !== text) say(text);
  seen.set(what, text);
}

function run(forMs: number): void {
  for (let ms = 0; ms < forMs; ms += LOOK_EVERY_MS) {
    world.run(LOOK_EVERY_MS, LOOK_EVERY_MS);
    look();
  }
}

world.misbehave({ delayMs: [5, 200], loss: 0.05, duplication: 0.1, straggling: 0.02 });
world.run(2_000, LOOK_EVERY_MS);
const [cutOff] = world.regions;
if (cutOff !== undefined) world.partition(cutOff, true);
beganMs = world.events.nowMs;
world.change(true);
say(`kill accepted as revision ${world.authority.revision}; ${cutOff?.relay.name} is cut off`);
run(3_000);
say("the region is reached again");
world.heal();
run(20_000);
world.expectAllCurrent();
say(`every region has it; ${world.answers} answers, ${world.marked} of them marked stale`);
