import assert from "node:assert/strict";
import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Ledger, ledgerFolder } from "../../../src/container/ledger.ts";
import { TemporaryFolder } from "../temporaryFolder.ts";

const ENTRY = { image: "python:3.14-alpine", id: "sha256:1f" };

describe("Ledger", () => {
  it("remembers what was added, once, for each engine apart", async () => {
    using temporary = new TemporaryFolder();
    const folder = temporary.path;
    await Promise.all([1, 2].map(async () => new Ledger("one", folder).add(ENTRY)));
    await new Ledger("one", folder).add({ ...ENTRY, id: "sha256:2f" });
    const entries = await new Ledger("one", folder).entries();
    assert.deepEqual(entries.map(({ id }) => id).toSorted(), ["sha256:1f", "sha256:2f"]);
    assert.deepEqual(await new Ledger("two", folder).entries(), []);
  });

  it("forgets what was removed, and nothing else", async () => {
    using temporary = new TemporaryFolder();
    const folder = temporary.path;
    const ledger = new Ledger("one", folder);
    await ledger.add(ENTRY);
    await ledger.add({ ...ENTRY, image: "other:1" });
    await ledger.remove(ENTRY);
    await ledger.remove(ENTRY);
    assert.deepEqual(await ledger.entries(), [{ ...ENTRY, image: "other:1" }]);
  });

  it("passes over files that can't be its own", async () => {
    using temporary = new TemporaryFolder();
    const folder = temporary.path;
    const ledger = new Ledger("one", folder);
    await ledger.add(ENTRY);
    const [name = ""] = await readdir(folder);
    await writeFile(join(folder, name, "x.json"), "{");
    await writeFile(join(folder, name, "y.json"), '{"image":1}');
    await writeFile(join(folder, name, "z.json.123"), '{"image":"a","id":"b"}');
    assert.deepEqual(await ledger.entries(), [ENTRY]);
  });

  it("lies where each system has such things", () => {
    const slashes = (path: string): string => path.replaceAll("\\", "/");
    assert.equal(slashes(ledgerFolder({}, "linux", "/home/me")), "/home/me/.local/state/forgeai/images");
    assert.equal(slashes(ledgerFolder({ XDG_STATE_HOME: "/state" }, "linux", "/home/me")), "/state/forgeai/images");
    assert.equal(slashes(ledgerFolder({ XDG_STATE_HOME: "" }, "linux", "/h")), "/h/.local/state/forgeai/images");
    assert.equal(slashes(ledgerFolder({}, "darwin", "/h")), "/h/Library/Application Support/forgeai/images");
    assert.equal(slashes(ledgerFolder({ LOCALAPPDATA: "/l" }, "win32", "/h")), "/l/forgeai/images");
  });
});
