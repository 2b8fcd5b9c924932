import assert from "node:assert/strict";
import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { BOOT_SCRIPT, encodeJob, READY } from "../../../src/container/boot.ts";
import type { Job, JobFile } from "../../../src/run/plan.ts";
import { TemporaryFolder } from "../temporaryFolder.ts";

type Shell = readonly [program: string, ...words: string[]];

const runs = (program: string, ...words: readonly string[]): boolean => spawnSync(program, words).status === 0;

/** The shells that run the script in the end, as far as this machine has them and a terminal to try them in. */
const SHELLS = ([["bash"], ["busybox", "sh"]] as const satisfies readonly Shell[]).filter(
  ([program, ...words]) => runs(program, ...words, "-c", "exit 0") && runs("script", "-qec", "stty", "/dev/null"),
);

const MARK = "0123456789abcdef";

const ORDERS = { mark: MARK, deadlineSeconds: 60, terminal: { columns: 132, rows: 43 } };

/** A boot script in a terminal, which is not process 1 here. */
class Booted implements Disposable {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #exit: Promise<unknown>;
  #output = "";

  constructor(shell: Shell, { path: cwd }: TemporaryFolder) {
    const words = ["-qfec", `exec ${shell.join(" ")} -c 'eval "$1"' boot "$BOOT_SCRIPT"`, "/dev/null"];
    this.#child = spawn("script", words, { cwd, env: { ...process.env, SHELL: "/bin/sh", BOOT_SCRIPT } });
    this.#exit = once(this.#child, "close");
    this.#child.stdout.setEncoding("latin1").on("data", (text: string) => (this.#output += text));
  }

  /** Waits until all this was printed. */
  async printed(text: string): Promise<void> {
    while (!this.#output.includes(text)) {
      const more = once(this.#child.stdout, "data");
      const over = this.#exit.then(() => assert.ok(this.#output.includes(text), `it printed ${this.#output}`));
      await Promise.race([more, over]);
    }
  }

  type(keys: string | Uint8Array): void {
    this.#child.stdin.write(keys);
  }

  async start(job: Omit<Job, "stdin">): Promise<void> {
    await this.printed(READY);
    this.type(encodeJob(job, ORDERS));
    await this.printed(`${MARK}started`);
  }

  /** What was printed between the start and the end, with how it ended. */
  async end(): Promise<{ readonly printed: string; readonly end: string | undefined }> {
    await this.#exit;
    const [ready, started, last = "", ...more] = this.#output.split(MARK);
    assert.deepEqual([ready, more], [`${READY}\n`, []], this.#output);
    const [, printed = "nothing was started"] = /^started\r\n(.*)$/s.exec(started ?? "") ?? [];
    return { printed, end: /^ended (.*) peak=[^\r\n]* full=\n$/.exec(last)?.[1] };
  }

  [Symbol.dispose](): void {
    this.#child.kill("SIGKILL");
  }
}

const script = (text: string, ...words: readonly string[]): Omit<Job, "stdin"> => ({
  files: [],
  command: ["sh", "-c", text, "script", ...words],
});

for (const shell of SHELLS) {
  describe(`The boot script in a terminal, in ${shell.join(" ")}`, () => {
    it("hands over contents and arguments as they are, and tells the end once, without an echo of the mark", async () => {
      using folder = new TemporaryFolder();
      using booted = new Booted(shell, folder);
      const allBytes = Uint8Array.from({ length: 256 }, (_, byte) => byte);
      const content = Buffer.concat([
        allBytes,
        Buffer.from([0xff, 0xb1, 0xff, 0xb1, 4, 4]),
        Buffer.alloc(20_000, allBytes),
      ]);
      const files: JobFile[] = [
        { path: "a b", content },
        { path: "é/c", content: Buffer.from("x\r\n\u0003\u0004") },
      ];
      const word = " \u0003\u0004\r\n\u001B'\"$(x)";
      const text = `for each; do printf %s "$each"; done | cat - "a b" é/c | od -An -v -tx1 | tr -d ' \\n'`;
      await booted.start({ ...script(text, word), files });
      const hex = Buffer.concat([Buffer.from(word), content, files[1]?.content ?? content]).toString("hex");
      assert.deepEqual(await booted.end(), { printed: hex, end: "status=0 how=exited" });
    });

    it("gives the program a terminal that edits lines, of the wanted size", async () => {
      using folder = new TemporaryFolder();
      using booted = new Booted(shell, folder);
      await booted.start(script('stty size; printf "name? "; read -r name; echo "<$name>"; exit 3'));
      await booted.printed("name? ");
      booted.type("Adé\u007Fa\r");
      const { printed, end } = await booted.end();
      const echo = Buffer.from("Adé\b \ba").toString("latin1");
      assert.deepEqual([printed, end], [`43 132\r\nname? ${echo}\r\n<Ada>\r\n`, "status=3 how=exited"]);
    });

    it("survives Ctrl+C and Ctrl+\\, which are for the program, and tells how that took them", async () => {
      for (const [keys, text, ends] of [
        ["\u0003", "trap 'echo caught; exit 5' INT; echo ready; while :; do sleep 0.01; done", ["status=5 how=exited"]],
        ["\u0003", "echo ready; exec sleep 30", ["status=130 how=unsure"]],
        ["\u001C", "echo ready; exec sleep 30", ["status=131 how=killed"]],
      ] as const) {
        using folder = new TemporaryFolder();
        using booted = new Booted(shell, folder);
        await booted.start(script(text));
        await booted.printed("ready\r\n");
        booted.type(keys);
        const { end } = await booted.end();
        assert.deepEqual([end], ends);
      }
    });

    it("ignores no signal for the program, and leaves nothing of its own in the folder", async () => {
      using folder = new TemporaryFolder();
      using booted = new Booted(shell, folder);
      await booted.start(script("ls -A; exec grep SigIgn /proc/self/status"));
      assert.match((await booted.end()).printed, /^SigIgn:\t0+\r\n$/);
    });

    it("takes back a terminal that was left in another state", async () => {
      using folder = new TemporaryFolder();
      using booted = new Booted(shell, folder);
      await booted.start(script("stty raw -echo; echo last"));
      assert.deepEqual(await booted.end(), { printed: "last\n", end: "status=0 how=exited" });
    });
  });
}

describe("The boot script in a terminal without stty", () => {
  it("says so, and takes no job", async function () {
    if (!SHELLS.some(([program]) => program === "bash")) this.skip();
    const command = `exec bash -c 'stty() { return 127; }; eval "$1"' boot "$BOOT_SCRIPT"`;
    const { status, stdout } = spawnSync("script", ["-qec", command, "/dev/null"], {
      env: { ...process.env, SHELL: "/bin/sh", BOOT_SCRIPT },
    });
    assert.deepEqual([status, stdout.toString()], [125, "no stty for a terminal\r\n"]);
  });
});
