import { createHash, randomUUID } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import * as v from "valibot";

/** An image that ForgeAI pulled. */
export interface LedgerEntry {
  readonly image: string;
  /** "sha256:…" */
  readonly id: string;
}

const Entry = v.object({ image: v.string(), id: v.string() });

/**
 * What ForgeAI pulled into an engine: pulled images can't be labelled. A file for each image, so that two processes at once lose
 * nothing. Only what a pull of ForgeAI's brought is in it, so that nobody else's image is ever taken for ForgeAI's.
 */
export class Ledger {
  readonly #folder: string;

  /** @param engine the engine's own id */
  constructor(engine: string, folder = ledgerFolder()) {
    this.#folder = join(folder, nameOf(engine));
  }

  async entries(): Promise<LedgerEntry[]> {
    const names = await readdir(this.#folder).catch(() => []);
    const read = names.filter((name) => name.endsWith(".json")).map((name) => this.#read(name));
    return (await Promise.all(read)).flatMap((entry) => entry ?? []);
  }

  /** Rejects with the file system's error. */
  async add(entry: LedgerEntry): Promise<void> {
    await mkdir(this.#folder, { recursive: true });
    const path = this.#pathOf(entry);
    const draft = `${path}.${randomUUID()}`;
    await writeFile(draft, `${JSON.stringify(entry)}\n`);
    await rename(draft, path);
  }

  async remove(entry: LedgerEntry): Promise<void> {
    await rm(this.#pathOf(entry), { force: true });
  }

  #pathOf({ image, id }: LedgerEntry): string {
    return join(this.#folder, `${nameOf(`${id} ${image}`)}.json`);
  }

  /** Undefined for a file that isn't the ledger's, or is gone. */
  async #read(name: string): Promise<LedgerEntry | undefined> {
    try {
      return v.parse(Entry, JSON.parse(await readFile(join(this.#folder, name), "utf8")));
    } catch {
      return undefined;
    }
  }
}

/** Ids have colons, which not every file system takes in a name. */
function nameOf(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 32);
}

/** Where programs keep what they have to remember of the user's, on each system. */
export function ledgerFolder(environment = process.env, platform = process.platform, home = homedir()): string {
  if (platform === "win32")
    return join(environment["LOCALAPPDATA"] ?? join(home, "AppData", "Local"), "forgeai", "images");
  if (platform === "darwin") return join(home, "Library", "Application Support", "forgeai", "images");
  return join(environment["XDG_STATE_HOME"] || join(home, ".local", "state"), "forgeai", "images");
}
