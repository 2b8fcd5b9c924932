/** The format's unit. */
const BLOCK_BYTES = 512;

export interface TarEntry {
  readonly path: string;
  readonly content: Uint8Array;
  readonly executable?: boolean;
}

/** A tar file, of which images are made. */
export function makeTar(entries: readonly TarEntry[]): Buffer {
  const parts = entries.flatMap(({ path, content, executable = false }) => [
    makeHeader(path, content.length, executable ? "0000755" : "0000644"),
    content,
    Buffer.alloc((BLOCK_BYTES - (content.length % BLOCK_BYTES)) % BLOCK_BYTES),
  ]);
  return Buffer.concat([...parts, Buffer.alloc(2 * BLOCK_BYTES)]);
}

function makeHeader(path: string, size: number, mode: string): Buffer {
  const header = Buffer.alloc(BLOCK_BYTES);
  header.write(path, 0);
  header.write(`${mode}\0${"0".repeat(7)}\0${"0".repeat(7)}\0`, 100);
  header.write(`${size.toString(8).padStart(11, "0")}\0${"0".repeat(11)}\0`, 124);
  // The sum of all bytes, in which its own place counts as spaces.
  header.write(" ".repeat(8), 148);
  header.write("0", 156);
  header.write("ustar\x0000", 257);
  header.write(
    `${header
      .reduce((sum, byte) => sum + byte, 0)
      .toString(8)
      .padStart(6, "0")}\0 `,
    148,
  );
  return header;
}
