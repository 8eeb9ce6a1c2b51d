/** What was measured, to standard output. */
export function print(line = ""): void {
  process.stdout.write(`${line}\n`);
}

/** What is being done, to standard error. */
export function note(line: string): void {
  process.stderr.write(`${line}\n`);
}

export function printTable(header: readonly string[], rows: readonly (readonly string[])[]): void {
  const widths = header.map((cell, at) =>
    Math.max(cell.length, ...rows.map((row) => row[at]?.length ?? 0)),
  );
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join(" | ")} |`;
  print(line(header));
  print(`|${widths.map((width) => "-".repeat(width + 2)).join("|")}|`);
  for (const row of rows) print(line(row));
  print();
}

/** Three digits are more than any of these figures deserve. */
export function rounded(number: number): string {
  return number >= 100
    ? Math.round(number).toLocaleString("en-US")
    : String(Number(number.toPrecision(3)));
}
