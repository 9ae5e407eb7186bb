/** Prints a table with a title, columns as wide as they need to be. */
export function printTable(
  title: string,
  head: readonly string[],
  rows: readonly (readonly string[])[],
): void {
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...all.map((row) => (row[column] ?? "").length)));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join("  ");
  console.log(`\n${title}\n${line(head)}\n${widths.map((width) => "-".repeat(width)).join("  ")}`);
  for (const row of rows) console.log(line(row));
}

/** Prints a table whose rows are not known yet; `row` prints each as it comes. The columns have the given widths. */
export function openTable(
  title: string,
  head: readonly string[],
  widths: readonly number[],
): (row: readonly string[]) => void {
  const row = (cells: readonly string[]): void =>
    console.log(
      cells
        .map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0)))
        .join("  "),
    );
  console.log(`\n${title}`);
  row(head);
  row(widths.map((width) => "-".repeat(width)));
  return row;
}

/** `1.23x`. */
export function ratio(value: number, reference: number): string {
  return `${(value / reference).toFixed(2)}x`;
}

/** A figure with its unit, three digits or so. */
export function figure(value: number, unit: string): string {
  return `${value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0)} ${unit}`;
}
