import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import { promisify } from "node:util";
import { listProcesses, type ProcessFacts, readEnvironment, readResidentBytes } from "./processTable.ts";

/** The variable that every process of a run inherits. On Linux it finds those that left their parents and their session. */
const MARK = "FORGEAI_RUN";

/** The kernel takes a moment to end a process, in which others may have their turn. */
const PAUSE_MS = 5;

/** What hasn't ended by then waits for a device that doesn't answer, and nobody can end it. */
const PATIENCE_MS = 2000;

/** For so long others' processes are known by their number alone: in that time no number is used again. */
const STRANGERS_MS = 1000;

/** A process and all that it started, setsid or not. */
export class ProcessTree {
  /** Goes into the root's environment. */
  readonly mark = { [MARK]: randomUUID() };
  /** Set when the root has started, as the leader of a session. */
  root: number | undefined;
  /** By identity, not by number: numbers are used again. */
  readonly #members = new Set<string>();
  readonly #strangers = new Set<string>();
  /** Numbers of others' processes that needn't be looked at again before `#strangersUntil`. */
  readonly #strangerNumbers = new Set<number>();
  #strangersUntil = 0;

  /** The memory that all members hold together, in bytes; pages that they share count for each. 0 where it can't be told. */
  async residentBytes(): Promise<number> {
    const sizes = await Promise.all((await this.#find()).map(({ pid }) => readResidentBytes(pid)));
    return sizes.reduce((sum, bytes) => sum + bytes, 0);
  }

  /** Politely asks every member to end; by force, keeps at it until none is left: they may start others meanwhile. */
  async end(how: "politely" | "by-force"): Promise<void> {
    if (this.root === undefined) return;
    if (process.platform === "win32") return endOnWindows(this.root);
    if (how === "politely") return this.#signal(await this.#find(), "SIGTERM");
    const lastTry = performance.now() + PATIENCE_MS;
    for (let members = await this.#findAnew(); members.length > 0; members = await this.#findAnew()) {
      // All are stopped first, so that none can start another while its siblings end.
      this.#signal(members, "SIGSTOP");
      this.#signal(await this.#find(), "SIGKILL");
      if (performance.now() > lastTry) return;
      await wait(PAUSE_MS);
    }
  }

  #signal(members: readonly ProcessFacts[], signal: NodeJS.Signals): void {
    for (const { pid, id } of members) {
      try {
        process.kill(pid, signal);
      } catch (error) {
        // Mostly it has ended meanwhile, which is what was wanted. What became another user's (sudo) is out of reach.
        if (error instanceof Error && "code" in error && error.code === "EPERM") this.#dismiss(id);
      }
    }
  }

  #dismiss(id: string): void {
    this.#members.delete(id);
    this.#strangers.add(id);
  }

  async #findAnew(): Promise<ProcessFacts[]> {
    this.#strangersUntil = 0;
    return this.#find();
  }

  async #find(): Promise<ProcessFacts[]> {
    const now = performance.now();
    if (now >= this.#strangersUntil) {
      this.#strangerNumbers.clear();
      this.#strangersUntil = now + STRANGERS_MS;
    }
    const looked = await listProcesses(this.#strangerNumbers);
    const byNumber = new Map(looked.map((facts) => [facts.pid, facts]));
    const members: ProcessFacts[] = [];
    for (const facts of looked) {
      if (await this.#isMember(facts, byNumber)) members.push(facts);
      else this.#strangerNumbers.add(facts.pid);
    }
    return members;
  }

  async #isMember(facts: ProcessFacts, byNumber: ReadonlyMap<number, ProcessFacts>): Promise<boolean> {
    const { pid, parent, session, id } = facts;
    if (this.#members.has(id)) return true;
    if (this.#strangers.has(id)) return false;
    const parentFacts = byNumber.get(parent);
    const isOne =
      session === this.root ||
      (parentFacts !== undefined && parentFacts.pid !== pid && (await this.#isMember(parentFacts, byNumber))) ||
      (await readEnvironment(pid)).includes(`${MARK}=${this.mark[MARK]}`);
    (isOne ? this.#members : this.#strangers).add(id);
    return isOne;
  }
}

async function endOnWindows(root: number): Promise<void> {
  // It refuses where nothing is left to end.
  await promisify(execFile)("taskkill", ["/pid", String(root), "/T", "/F"]).catch(() => undefined);
}
