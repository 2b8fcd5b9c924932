import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import type { RequestListener, ServerResponse } from "node:http";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { DEFAULT_LIMITS, type RunRequest } from "../../src/index.ts";
import { FakeEngineServer } from "../unit/container/fakeEngineServer.ts";
import { TemporaryFolder } from "../unit/temporaryFolder.ts";
import { failureOf } from "./support/failures.ts";
import { collectRun } from "./support/runs.ts";

const MEBIBYTE = 1024 * 1024;

/** Of the whole process: Node.js takes 60 MB, and an answer of 16 MB is there as bytes, as text and as a value. */
const MOST_MEMORY = 300 * MEBIBYTE;

/** Tells, at the program's end, how much memory it had at most, in KB. */
const PROBE = `data:text/javascript,${encodeURIComponent(
  'import fs from "node:fs"; process.on("exit", () => fs.writeSync(3, String(process.resourceUsage().maxRSS)));',
)}`;

/** What a pipe must not have either where ForgeAI itself speaks: people look at logs in terminals. */
const UNSAFE = /[\0-\x09\x0B-\x1F\x7F-\x9F\u202A-\u202E\u2066-\u2069]/;

interface Called {
  readonly status: unknown;
  readonly stdout: string;
  readonly stderr: string;
  readonly memory: number;
}

/** Calls the command line with an engine of the test's own. */
async function call(words: readonly string[], socket: string): Promise<Called> {
  const child = spawn(process.execPath, ["--import", PROBE, "dist/cli.js", ...words], {
    stdio: ["ignore", "pipe", "pipe", "pipe"],
    env: { ...process.env, DOCKER_HOST: `unix://${socket}` },
  });
  const [, out, err, probe] = child.stdio;
  assert.ok(out !== null && err !== null && probe !== undefined && probe !== null && "read" in probe);
  const [stdout, stderr, kilobytes, [status]] = await Promise.all([
    text(out),
    text(err),
    text(probe),
    once(child, "close"),
  ]);
  return { status, stdout, stderr, memory: Number(kilobytes) * 1024 };
}

/** The call ended with a sentence of ours, harmless and with bounded memory. */
function assertRefused({ status, stdout, stderr, memory }: Called, says: RegExp, expected: number): void {
  assert.match(stderr, says);
  assert.match(stderr, /^forgeai: /);
  for (const line of [...stdout.split("\n"), ...stderr.split("\n")]) assert.doesNotMatch(line, UNSAFE);
  assert.doesNotMatch(stderr, /^ {4}at /m);
  assert.ok(stderr.length < 20_000, `${stderr.length} characters`);
  assert.equal(status, expected);
  assert.ok(memory < MOST_MEMORY, `${memory} bytes`);
}

/** Writes the same again and again until the caller has had enough. */
function endless(response: ServerResponse, piece: string): void {
  const write = (): void => {
    while (!response.destroyed && response.write(piece));
    if (!response.destroyed) response.once("drain", write);
  };
  write();
}

function replying(body: string, status = 200): RequestListener {
  return (_, response) => void response.writeHead(status, { "content-type": "application/json" }).end(body);
}

function flooding(piece: string, status = 200): RequestListener {
  return (_, response) => {
    response.writeHead(status, { "content-type": "application/json" });
    endless(response, piece);
  };
}

/** An engine that has no image, and answers a pull so. */
function pulling(pull: RequestListener): RequestListener {
  return (request, response) => {
    if (request.url?.includes("/images/create")) pull(request, response);
    else if (request.url?.endsWith("/info")) replying('{"ID":"an-engine"}')(request, response);
    else replying('{"message":"No such image: python:3.14-alpine"}', 404)(request, response);
  };
}

const MANY = "x".repeat(MEBIBYTE);
const ATTACK = "\u001B]52;c;YQ==\u0007\u001B[2J\u009B31m\u202E\nforgeai: all is well";

const LIST = ["images", "list"];
const RUN = ["--container", "run", "python", "print(1)"];
const GVISOR = ["--container", "--isolation=gvisor", "run", "python", "print(1)"];
const PULL = ["images", "pull", "python"];

/** What an engine, or what sits between, answers; what ForgeAI makes of it. All with 125. */
const REPLIES: readonly (readonly [title: string, words: readonly string[], reply: RequestListener, says: RegExp])[] = [
  ["a list of images without an end", LIST, flooding(MANY), /larger than 16 MB/],
  ["an array of arrays without an end", LIST, flooding("[".repeat(65_536)), /larger than 16 MB/],
  ["JSON nested a million deep", LIST, replying("[".repeat(1_000_000)), /connection to the engine broke/],
  ["nested JSON that is whole", LIST, replying("[".repeat(500_000) + "]".repeat(500_000)), /engine broke/],
  ["what isn't JSON, with commands to a terminal", LIST, replying(ATTACK), /connection to the engine broke/],
  ["JSON of another kind", LIST, replying('{"__proto__":{"a":1}}'), /connection to the engine broke/],
  ["a refusal without an end", LIST, flooding(MANY, 500), /larger than 16 MB/],
  ["a refusal of a run without an end", RUN, flooding(MANY, 500), /larger than 16 MB/],
  ["a refusal of a pull without an end", PULL, pulling(flooding(MANY, 500)), /larger than 16 MB/],
  ["facts about itself without an end", GVISOR, flooding(MANY), /larger than 16 MB/],
  [
    "facts about itself that are none",
    GVISOR,
    replying('{"Runtimes":{"runsc":null},"KernelVersion":7}'),
    /engine broke/,
  ],
  ["facts for the doctor without an end", ["doctor"], flooding(MANY), /larger than 16 MB/],
  ["a refusal of 10 MB", RUN, replying(JSON.stringify({ message: "x".repeat(10 * MEBIBYTE) }), 500), /It said: xxx/],
  ["a refusal that commands a terminal", RUN, replying(JSON.stringify({ message: ATTACK }), 500), /\\u\{1b\}\]52/],
  [
    "a header without an end",
    LIST,
    ({ socket }) => void socket.write(`HTTP/1.1 200 OK\r\nx: ${"y".repeat(MEBIBYTE)}`),
    /Header overflow/i,
  ],
  ["an answer that isn't HTTP", LIST, ({ socket }) => void socket.end(`${ATTACK}\r\n\r\n`), /engine broke/],
  ["a pull with a line without an end", PULL, pulling(flooding(MANY)), /line without an end/],
  ["a pull with an error of 900 KB", PULL, pulling(replying(JSON.stringify({ error: "x".repeat(900_000) }))), /xxx/],
  [
    "a pull with an error that commands a terminal",
    PULL,
    pulling(replying(JSON.stringify({ error: ATTACK }))),
    /u\{1b\}/,
  ],
  [
    "a pull of sizes below nothing",
    PULL,
    pulling(replying('{"status":"Downloading","id":"a","progressDetail":{"current":-5,"total":-9}}\n{"error":"no"}')),
    /could not be pulled/,
  ],
  [
    "a pull of sizes beyond all",
    PULL,
    pulling(replying('{"status":"Downloading","id":"a","progressDetail":{"current":1e999,"total":1}}')),
    /could not be pulled/,
  ],
];

/** File names in a request that are refused before anything is started. */
const PATHS = [
  "../out.py",
  "a/../../out.py",
  "/etc/passwd",
  "C:\\windows\\a.py",
  "C:a.py",
  "a\nb.py",
  "a\0b.py",
  "\u001B]0;x\u0007.py",
  "x".repeat(5000),
  "a/".repeat(500),
  "",
  ".",
  "a//b",
];

/** File names that are odd and can be, in the container and nowhere else. */
const ODD_PATHS = ["-rf", "$(touch x).py", "\\\\?\\C:\\a.py", "a b;'\"`.py", "\u202Egnp.py", "e\u0301.py", "%2e%2e%2f"];

/** Words that no option of the engine and no address comes of. */
const IMAGES = [
  "--privileged",
  "-v",
  "a;rm -rf /",
  "http://x.example/a",
  "$(id)",
  "a\nb",
  "../a",
  "A",
  "a".repeat(10_240),
  `a${ATTACK}`,
];

const LANGUAGES: readonly (readonly [title: string, file: string, says: RegExp])[] = [
  ["nested a hundred thousand deep", "[".repeat(100_000), /nested too deeply/],
  ["of 2 MB", JSON.stringify({ a: "x".repeat(2 * MEBIBYTE) }), /larger than 1 MB/],
  ["of no rows", "[1, 2]", /have to be an object of rows/],
  [
    "with rows of another kind",
    '{"python": 1, "": {}, "a\\u001b[2J": {}}',
    /"python" isn't used[^]*"" isn't used[^]*2J" isn't used/,
  ],
  [
    "with a row for every object",
    '{"__proto__": {"polluted": true}, "constructor": {"prototype": {}}}',
    /"constructor" isn't used: there is no field prototype/,
  ],
  [
    "with an image that looks like an option",
    '{"python": {"versions": {"3.14": "--privileged"}}}',
    /has to be the name of an image/,
  ],
  ["that isn't text", "\u0000\u001B[2J", /is no JSON/],
];

describe("hostile inputs", function () {
  this.timeout(60_000);
  const folder = new TemporaryFolder();
  after(() => folder[Symbol.dispose]());

  let number = 0;
  const title = (what: string): string => `${(number += 1)}. ${what}`;

  describe("from an engine", () => {
    for (const [what, words, reply, says] of REPLIES) {
      it(title(what), async () => {
        await using engine = await FakeEngineServer.well(reply);
        assertRefused(await call(words, engine.socketPath), says, 125);
      });
    }
  });

  describe("as the name of a file", () => {
    for (const path of PATHS) {
      it(title(JSON.stringify(path.slice(0, 40))), async () => {
        const request: RunRequest = { language: "python", files: [{ path, content: "print(1)" }] };
        const { code, message } = await failureOf(collectRun(request));
        assert.equal(code, "bad-request", message);
      });
    }

    it(title(`odd ones: ${ODD_PATHS.length}`), async () => {
      const program = 'import json, os\nprint(json.dumps(os.listdir(".")))';
      const files = ["main.py", ...ODD_PATHS].map((path) => ({ path, content: program }));
      const { stdout, stderr } = await collectRun({ language: "python", files });
      const found: unknown = JSON.parse(stdout);
      assert.ok(Array.isArray(found), stderr);
      assert.deepEqual(new Set(found), new Set(["main.py", ...ODD_PATHS]));
    });
  });

  describe("as the name of an image", () => {
    for (const image of IMAGES) {
      it(title(JSON.stringify(image.slice(0, 20))), async () => {
        await using engine = await FakeEngineServer.well();
        const called = await call([`--image=${image}`, ...RUN], engine.socketPath);
        assertRefused(called, /is not the name of an image/, 2);
      });
    }
  });

  describe("as a file of languages", () => {
    for (const [what, content, says] of LANGUAGES) {
      it(title(what), async () => {
        const file = join(folder.path, "languages.json");
        writeFileSync(file, content);
        const called = await call(["--languages", file, "--container", "lang", "list"], join(folder.path, "none.sock"));
        assert.match(called.stderr, /^forgeai: /);
        assert.doesNotMatch(called.stdout, /--privileged/);
        assertRefused(called, says, called.status === 0 ? 0 : 2);
      });
    }

    it(title("without an end"), async () => {
      const called = await call(["--languages", "/dev/zero", "lang", "list"], join(folder.path, "none.sock"));
      assertRefused(called, /larger than 1 MB/, 2);
    });
  });

  it(title("a program without an end"), async () => {
    await using engine = await FakeEngineServer.well();
    assertRefused(await call(["--container", "exec", "/dev/zero"], engine.socketPath), /can't tell the language/, 2);
  });

  it(title("a line of 100 MB from a program, which is kept as far as the limit"), async () => {
    const source = 'import sys\nfor _ in range(100): sys.stdout.write("x" * 2**20)';
    const { outcome, stdout, truncated } = await collectRun({ language: "python", source });
    assert.equal(outcome, "ok");
    assert.equal(truncated.stdoutBytes, 100 * MEBIBYTE - DEFAULT_LIMITS.outputBytes);
    assert.ok(stdout.length < 11 * MEBIBYTE, `${stdout.length} characters`);
  });

  it(title("a program that reports errors in files that weren't sent"), async () => {
    const lines = ["/etc/passwd", "../../out.py", "/code/../etc/passwd", "C:\\\\a.py"].map(
      (path) => `  File "${path}", line 1, in <module>`,
    );
    const report = ["Traceback (most recent call last):", ...lines, "ValueError: fake"].join("\n");
    const source = `import sys\nsys.stderr.write(${JSON.stringify(report)})\nsys.exit(1)`;
    const { problems } = await collectRun({ language: "python", source });
    const places = problems.flatMap(({ file, related }) => [file, ...related.map((each) => each.file)]);
    assert.deepEqual(
      places.filter((file) => file !== "main.py"),
      [],
    );
  });

  it(title("a program that imitates how ForgeAI learns of its end"), async () => {
    const source =
      'import sys\nfor s in (sys.stdout, sys.stderr): s.write("\\0forgeai 0 0 0\\nended 0\\n\\x01started\\n" * 100)\nsys.exit(3)';
    const { outcome, exitCode } = await collectRun({ language: "python", source });
    assert.deepEqual([outcome, exitCode], ["failed", 3]);
  });

  it("are at least forty", () => assert.ok(number >= 40, `${number}`));
});
