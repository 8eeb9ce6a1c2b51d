export interface Progress {
  readonly update: (done: number, total: number) => void;
  /** Ends the line where it is, so that what follows begins a new one. */
  readonly end: () => void;
}

/** One line that grows on a terminal, and one line in all where output is not a terminal. */
export function createProgress(label: string): Progress {
  const terminal = process.stdout.isTTY;
  let begun = false;
  return {
    update(done, total) {
      if (terminal) process.stdout.write(`\r${label} ${done}/${total}`);
      else if (!begun) console.log(`${label} …`);
      begun = true;
    },
    end() {
      if (terminal && begun) process.stdout.write("\n");
    },
  };
}
