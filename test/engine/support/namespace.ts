import { type ChildProcessByStdio, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import type { Readable, Writable } from "node:stream";
import { setTimeout as wait } from "node:timers/promises";

/** Its shell is process 1 in there: when that ends, for whatever reason, the kernel ends all others and drops their mounts. */
const COMMAND = ["--mount", "--propagation", "private", "--pid", "--fork", "--kill-child", "--mount-proc", "/bin/sh"];

const END_MS = 5000;

type Shell = ChildProcessByStdio<Writable, Readable, Readable>;

/**
 * A shell in a process and mount namespace of its own. What is started and mounted through it is gone with it: when it is
 * disposed of, and as well when this process is killed, for it ends at the end of its input. Takes root's rights.
 */
export class Namespace implements AsyncDisposable {
  readonly #shell: Shell;
  readonly #ended: Promise<unknown>;
  #said = "";
  #complaints = "";
  #last: Promise<unknown> = Promise.resolve();

  private constructor(shell: Shell) {
    this.#shell = shell;
    this.#ended = once(shell, "close");
    // Whoever waits for an answer is told so.
    this.#ended.catch(() => undefined);
    shell.stdin.on("error", () => undefined);
    shell.stdout.setEncoding("utf8").on("data", (text: string) => (this.#said += text));
    shell.stderr.setEncoding("utf8").on("data", (text: string) => (this.#complaints += text));
  }

  /** Rejects where this user, or this machine, can't have one. */
  static async start(): Promise<Namespace> {
    const namespace = new Namespace(spawn("unshare", COMMAND, { stdio: ["pipe", "pipe", "pipe"] }));
    await namespace.run("true");
    return namespace;
  }

  /** Runs lines of the shell's language and resolves with what they print. Rejects where the last of them fails. */
  async run(script: string): Promise<string> {
    const answer = this.#last.then(() => this.#ask(script));
    this.#last = answer.catch(() => undefined);
    return answer;
  }

  async #ask(script: string): Promise<string> {
    const mark = randomUUID();
    this.#said = "";
    this.#complaints = "";
    this.#shell.stdin.write(`{ ${script}\n} </dev/null; echo "${mark} $?"\n`);
    const answer = new RegExp(`^([^]*)${mark} (\\d+)\\n`);
    for (;;) {
      const [, said = "", status] = answer.exec(this.#said) ?? [];
      if (status === "0") return said;
      if (status !== undefined) throw new Error(`"${script}" ended with status ${status}: ${this.#complaints}`);
      await this.#more();
    }
  }

  async #more(): Promise<void> {
    const over = new AbortController();
    const ended = this.#ended.then(() => Promise.reject(new Error(`The namespace has ended: ${this.#complaints}`)));
    const heard = once(this.#shell.stdout, "data", { signal: over.signal });
    heard.catch(() => undefined);
    await Promise.race([heard, ended]).finally(() => over.abort());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#shell.stdin.end();
    const over = new AbortController();
    // It may wait for a process that doesn't end.
    const patience = wait(END_MS, undefined, { signal: over.signal }).then(() => this.#shell.kill("SIGKILL"));
    patience.catch(() => undefined);
    await this.#ended;
    over.abort();
  }
}
