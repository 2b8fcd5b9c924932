import { once } from "node:events";
import type { Writable } from "node:stream";
import { toVisibleText } from "../run/visibleText.ts";

/** Where a command line prints to. */
export interface Terminal {
  readonly stdout: Sink;
  readonly stderr: Sink;
}

export type Sink = Writable & { readonly isTTY?: boolean };

/** Of one line of our own. Longer ones hold words of others. */
const MOST_CHARACTERS = 4000;

/** What JSON leaves as it is and a terminal may take as a command, or as a turn of direction. */
const UNSAFE_IN_JSON = /[\x7F-\x9F\u202A-\u202E\u2066-\u2069]/g;

/** Writes, and waits where the reader is slower: then the program is, too. */
export async function write(stream: Writable, data: string | Uint8Array): Promise<void> {
  if (!stream.write(data)) await once(stream, "drain");
}

/** A line of our own, which may hold names and words of others: in those nothing is a command to a terminal or ends the line. */
export function toLine(text: string): string {
  return `${toVisibleText(text, MOST_CHARACTERS)}\n`;
}

/** A value as JSON that means the same and is safe to show in a terminal. */
export function toJson(value: unknown, indent?: number): string {
  const json = JSON.stringify(value, null, indent);
  return `${json.replace(UNSAFE_IN_JSON, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`)}\n`;
}
