import { badRequest } from "./failure.ts";

/** How large a terminal is, in characters. */
export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
}

/** The terminal that a program is to find at its standard streams. */
export interface RequestTerminal extends TerminalSize {
  /** The sizes that it takes on later. */
  readonly resized?: AsyncIterable<TerminalSize> | undefined;
}

/** The kernel keeps each in 16 bits. */
const MOST = 65_535;

/** Throws a `bad-request` for a size that no terminal has. */
export function checkTerminalSize({ columns, rows }: TerminalSize): void {
  if ([columns, rows].every((count) => Number.isInteger(count) && count >= 1 && count <= MOST)) return;
  throw badRequest(
    `A terminal can't have ${columns} columns and ${rows} rows.`,
    `Give whole numbers from 1 to ${MOST} for both.`,
  );
}
