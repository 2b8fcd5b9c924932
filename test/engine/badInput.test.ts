import assert from "node:assert/strict";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as v from "valibot";
import { type CliOptions, cliContainersMadeSince, endCliCalls, runCli } from "./support/commandLine.ts";

interface Call extends Pick<CliOptions, "input"> {
  readonly title: string;
  readonly words: readonly string[];
  /** The sentence that is expected on stderr, after "forgeai: ". */
  readonly says: RegExp;
  readonly code?: "bad-request" | "unknown-language" | "image-unavailable" | "start-failed";
  /** 2 for what was asked wrongly, 125 for what could not be had. */
  readonly status?: 2 | 125;
}

/** A program whose every start would be seen. */
const RAN = "print('it ran')";

const folder = join(tmpdir(), `engine-test-${process.pid}`);

function inFolder(name: string): string {
  return join(folder, name);
}

/** A call with a flag that can't be. */
function flag(text: string, says: RegExp): Call {
  return { title: `the flag ${text}`, words: [text, "run", "python", RAN], says };
}

const calls: readonly Call[] = [
  {
    title: "an unknown language",
    words: ["run", "cobol", RAN],
    says: /^ForgeAI doesn't know the language "cobol"\.$/,
    code: "unknown-language",
  },
  {
    title: "an unknown version",
    words: ["run", "python@2.7", RAN],
    says: /^ForgeAI has no Python "2\.7"\.$/,
    code: "unknown-language",
  },
  { title: "a missing file", words: ["exec", inFolder("missing.py")], says: /^There is no file .+missing\.py\.$/ },
  { title: "a directory", words: ["exec", folder], says: /^.+ is a directory\.$/ },
  {
    title: "a file of no known language",
    words: ["exec", inFolder("text.txt")],
    says: /^ForgeAI can't tell the language of .+text\.txt by its name or its first line\.$/,
    code: "unknown-language",
  },
  { title: "a file of 50 MB", words: ["exec", inFolder("large.py")], says: /^The source is larger than 16 MB/ },
  {
    title: "50 MB of source on standard input",
    words: ["run", "python", "-"],
    input: Buffer.alloc(50_000_000, `${RAN}\n`),
    says: /^The source is larger than 16 MB/,
  },
  { title: "a NUL byte in a file", words: ["exec", inFolder("nul.py")], says: /^nul\.py has a NUL byte at offset 15/ },
  {
    title: "a NUL byte in the source on standard input",
    words: ["run", "python", "-"],
    input: `${RAN}\0`,
    says: /^main\.py has a NUL byte at offset 15/,
  },
  { title: "no command that there is", words: ["walk"], says: /^There is no command "walk"\.$/ },
  { title: "a word too many", words: ["run", "python", "print(1)", "print(2)"], says: /^There is one word too many: / },
  flag("--timeout=0", /^The time-out can't be 0 ms\.$/),
  flag("--timeout=-1", /^--timeout can't be "-1"/),
  flag("--timeout=soon", /^--timeout can't be "soon": it takes /),
  flag("--timeout=", /^--timeout can't be ""/),
  flag("--timeout=25h", /^The time-out can't be /),
  flag("--memory-limit=0", /^The memory limit can't be 0 bytes\.$/),
  flag("--memory-limit=-64", /^--memory-limit can't be "-64"/),
  flag("--memory-limit=much", /^--memory-limit can't be "much": it takes /),
  flag("--memory-limit=1", /^The memory limit can't be 1 MB\.$/),
  flag("--cpus=0", /^The CPU limit can't be 0\.$/),
  flag("--cpus=-1", /^The CPU limit can't be -1\.$/),
  flag("--cpus=all", /^--cpus can't be "all"/),
  flag("--cpu-shares=0", /^The CPU weight can't be 0\.$/),
  flag("--cpu-shares=1.5", /^The CPU weight can't be 1\.5\.$/),
  flag("--network=foo", /^--network can't be "foo": it takes none or bridge\.$/),
  flag("--pull=sometimes", /^--pull can't be "sometimes"/),
  flag("--image=", /^"" is not the name of an image\.$/),
  flag("--image=No Image", /^"No Image" is not the name of an image\.$/),
  flag("--image=../../etc", /is not the name of an image\.$/),
  flag("--fast", /^Unknown option '--fast'\.$/),
  {
    title: "an image that isn't there and may not be pulled",
    words: ["--image=forgeai-test/missing:1", "--pull=never", "run", "python", RAN],
    says: /^The image forgeai-test\/missing:1 isn't on this machine, and pulling is off\.$/,
    code: "image-unavailable",
    status: 125,
  },
  {
    title: "more cores than there are",
    words: ["--cpus=1000", "run", "python", RAN],
    says: /^The engine did not start the container\. It said: .*CPUs/,
    code: "start-failed",
    status: 125,
  },
];

describe("what can't be run", () => {
  const Failure = v.object({ failure: v.object({ code: v.string(), message: v.string(), hint: v.string() }) });

  before(async () => {
    await mkdir(folder);
    await writeFile(inFolder("text.txt"), RAN);
    await writeFile(inFolder("nul.py"), `${RAN}\0`);
    await writeFile(inFolder("large.py"), Buffer.alloc(50_000_000, `${RAN}\n`));
  });
  after(() => rm(folder, { recursive: true }));
  after(endCliCalls);

  for (const { title, words, input, says, code = "bad-request", status = 2 } of calls) {
    it(`is refused in one sentence, and nothing is started: ${title}`, async () => {
      const startedAt = Date.now();
      const options = input === undefined ? {} : { input };
      const asText = await runCli(["--container", ...words], options);
      const asJson = await runCli(["--container", "--json", ...words], options);
      assert.deepEqual(await cliContainersMadeSince(startedAt), []);

      assert.match(asText.stderr, /^forgeai: .+\n {2}.+\n$/);
      const sentence = asText.stderr.split("\n")[0]?.slice("forgeai: ".length) ?? "";
      assert.match(sentence, says);
      assert.deepEqual([asText.status, asText.stdout], [status, ""]);

      const { failure } = v.parse(Failure, JSON.parse(asJson.stdout));
      assert.deepEqual([failure.code, failure.message], [code, sentence]);
      assert.deepEqual([asJson.status, asJson.stderr], [status, ""]);
    });
  }
});
