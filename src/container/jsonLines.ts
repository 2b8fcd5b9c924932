import type { Readable } from "node:stream";
import { StringDecoder } from "node:string_decoder";

/** No engine sends a line like that; a proxy's page without line breaks might. */
const MOST_LINE_CHARACTERS = 1024 * 1024;

/**
 * Yields the values of a stream of JSON lines. Throws a SyntaxError that quotes a line that isn't JSON.
 */
export async function* readJsonLines(stream: Readable): AsyncGenerator<unknown, void, void> {
  const decoder = new StringDecoder("utf8");
  let pending = "";
  for await (const chunk of stream) {
    const lines = (pending + decoder.write(chunk)).split("\n");
    pending = lines.pop() ?? "";
    if (pending.length > MOST_LINE_CHARACTERS) throw new SyntaxError("The engine's answer has a line without an end.");
    for (const line of lines) if (line.trim() !== "") yield parseLine(line);
  }
  if (pending.trim() !== "") yield parseLine(pending);
}

function parseLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    throw new SyntaxError(`The engine's answer isn't JSON: ${JSON.stringify(line.slice(0, 200))}.`);
  }
}
