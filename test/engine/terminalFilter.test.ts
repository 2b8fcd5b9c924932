import assert from "node:assert/strict";
import { endCliCalls, runCliForBytes, runCliInTerminal } from "./support/commandLine.ts";

/** Prints what no terminal is to get from it, a thousand times on both streams, and last of all a colour. */
const FLOOD = `
import os
hostile = b"".join([
    b"\\x1b]52;c;cm0gLXJmIC8K\\x07", b"\\x1b]0;title\\x1b\\\\", b"\\x1b]8;;http://x.example\\x07link\\x1b]8;;\\x07",
    b"\\x1bP$qm\\x1b\\\\", b"\\x1b_Gi=1;AAAA\\x1b\\\\", b"\\x1b[c\\x1b[6n\\x1b[21t\\x1bZ\\x05", b"\\x1b[?1049h\\x1b[2J\\x1b[5A\\x1bc",
    "\\x9b31m\\x9d0;t\\x9c\\u202e".encode(), b"\\x9d\\xff\\x00\\x7f", b"\\x1b[32mgreen\\x1b[m\\r\\x1b[K\\n",
])
for _ in range(1000):
    os.write(1, hostile)
    os.write(2, hostile)
os.write(1, b"\\x1b[8mend")
`;

/** What a terminal may get: text, ends of lines, colours and erased lines. */
const SAFE = /^(?:[^\0-\x1F\x7F-\x9F\u202A-\u202E\u2066-\u2069]|[\b\t\r\n]|\u001B\[(?:[\d;:]{0,61}m|[0-2]?K))*$/;

const RUN = ["--container", "run", "python", FLOOD] as const;

describe("a program that prints commands to terminals", () => {
  after(endCliCalls);

  it("commands none that the command line prints to", async () => {
    const shown = (await runCliInTerminal(RUN)).toString();
    const unsafe = shown.split("\n").filter((line) => !SAFE.test(line));
    assert.deepEqual(unsafe.slice(0, 3), []);
    assert.equal(shown.split("\u001B[32mgreen\u001B[m").length - 1, 2000);
    assert.ok(shown.includes("\u001B[8mend") && shown.endsWith("\u001B[0m"), JSON.stringify(shown.slice(-100)));
  });

  it("does so where that is asked for", async () => {
    // On one stream: where a terminal gets two, one may come in the middle of the other's sequence.
    const onOneStream = FLOOD.replace("os.write(2, hostile)", "pass");
    const shown = await runCliInTerminal(["--raw-output", "--container", "run", "python", onOneStream]);
    assert.equal(shown.toString("latin1").split("\x1b]52;c;cm0gLXJmIC8K\x07").length - 1, 1000);
    assert.ok(shown.includes(Buffer.of(0x9d, 0xff, 0x00, 0x7f)));
  });

  it("has every byte pass through to a pipe", async () => {
    const { stdout, stderr, status } = await runCliForBytes(RUN);
    assert.equal(status, 0);
    const once = stdout.subarray(0, stdout.indexOf("\n") + 1);
    assert.ok(once.includes(Buffer.of(0x9d, 0xff, 0x00, 0x7f)) && once.includes("\x1b]52;c;cm0gLXJmIC8K\x07"));
    const lines = Buffer.concat(Array.from({ length: 1000 }, () => once));
    assert.ok(stdout.equals(Buffer.concat([lines, Buffer.from("\x1b[8mend")])));
    assert.equal(stderr, lines.toString());
  });
});
