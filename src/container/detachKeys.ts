import type { JobFile } from "../run/plan.ts";

/**
 * In a terminal, an engine looks for keys that end an attachment, by default Ctrl+P Ctrl+Q, and can't be told to leave that be.
 * These nobody types: the first is in no UTF-8 text, so that it is no beginning that the engine would wait at.
 */
const DETACH_KEYS = Buffer.from([0xff, 0xb1, 0xff, 0xb1, 0xff, 0xb1, 0xff, 0xb1]);

/** As the engine reads them from an address. */
export const DETACH_KEYS_QUERY = [...DETACH_KEYS].map((key) => `%${key.toString(16)}`).join(",");

const FIRST_TWO = DETACH_KEYS.subarray(0, 2);

/**
 * Cuts a file between the first two detach keys wherever they stand together. Engines repeat the second where one of their reads
 * ended with the first (moby's escapeProxy). A compiled program has the two some dozens of times.
 */
export function cutAtDetachKeys(file: JobFile): JobFile[] {
  const { buffer, byteOffset, byteLength } = file.content;
  const bytes = Buffer.from(buffer, byteOffset, byteLength);
  const pieces: JobFile[] = [];
  let from = 0;
  for (let at = bytes.indexOf(FIRST_TWO); at >= 0; at = bytes.indexOf(FIRST_TWO, from)) {
    pieces.push({ ...file, content: bytes.subarray(from, at + 1) });
    from = at + 1;
  }
  return [...pieces, { ...file, content: bytes.subarray(from) }];
}
