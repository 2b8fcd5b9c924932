import assert from "node:assert/strict";
import { readKernel } from "../../../src/container/kernel.ts";

const TOLD = "forgeai-kernel Linux version 4.4.0\nforgeai-kernel BOOT_IMAGE=/vmlinuz quiet\n";
const KERNEL = { version: "Linux version 4.4.0", commandLine: "BOOT_IMAGE=/vmlinuz quiet" };

describe("what a boot script tells of its kernel", () => {
  it("is read once all of it is there, and what follows is left", () => {
    for (let length = 0; length < TOLD.length; length += 1)
      assert.equal(readKernel(Buffer.from(TOLD.slice(0, length))), undefined);
    assert.deepEqual(readKernel(Buffer.from(`${TOLD}forgeai-ready\n`)), {
      kernel: KERNEL,
      rest: Buffer.from("forgeai-ready\n"),
    });
  });

  it("is the same through a terminal", () =>
    assert.deepEqual(readKernel(Buffer.from(TOLD.replaceAll("\n", "\r\n")))?.kernel, KERNEL));

  it("isn't anything else that a runtime says", () => {
    for (const said of ["exec /bin/sh: exec format error\n", `x${TOLD}`, TOLD.replaceAll("forgeai-kernel ", "")])
      assert.equal(readKernel(Buffer.from(said)), undefined);
  });

  it("may be that the kernel says nothing", () =>
    assert.deepEqual(readKernel(Buffer.from("forgeai-kernel \nforgeai-kernel \n"))?.kernel, {
      version: "",
      commandLine: "",
    }));
});
