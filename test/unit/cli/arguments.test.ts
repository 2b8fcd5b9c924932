import assert from "node:assert/strict";
import { type Choices, helpText, type Invocation, readArguments, readFormat } from "../../../src/cli/arguments.ts";
import { RunFailure } from "../../../src/run/failure.ts";

const CHOICES: Choices = {
  executor: "local",
  format: "text",
  isRaw: false,
  languageFile: undefined,
  mirror: undefined,
  request: {
    args: [],
    limits: {
      timeoutMs: undefined,
      memoryBytes: undefined,
      cpus: undefined,
      cpuShares: undefined,
      processes: undefined,
      diskBytes: undefined,
      outputBytes: undefined,
    },
    onOutputLimit: undefined,
    network: undefined,
    isolation: undefined,
    packages: undefined,
    pull: undefined,
    image: undefined,
    platform: undefined,
    readOnlyRoot: undefined,
  },
};

const RUN = { command: "run", language: "python", code: "x", choices: CHOICES } as const satisfies Invocation;

type Wishes = Partial<Omit<Choices, "request">> & Partial<Choices["request"]>;

/** The choices of a call that asks for nothing, but for these. */
function choices({
  executor = "local",
  format = "text",
  isRaw = false,
  languageFile,
  mirror,
  limits,
  ...request
}: Wishes): Choices {
  const wanted = { ...CHOICES.request.limits, ...limits };
  return { executor, format, isRaw, languageFile, mirror, request: { ...CHOICES.request, ...request, limits: wanted } };
}

const MEBIBYTE = 1024 * 1024;

describe("readArguments", () => {
  const calls: readonly (readonly [words: readonly string[], invocation: Invocation])[] = [
    [[], { command: "help" }],
    [["help"], { command: "help" }],
    [["--help"], { command: "help" }],
    [["-h", "run"], { command: "help" }],
    [["run", "--help"], { command: "help" }],
    [["--version"], { command: "version" }],
    [["lang", "list"], { command: "list-languages", container: false, json: false, languageFile: undefined }],
    [
      ["lang", "list", "--languages", "a.json"],
      { command: "list-languages", container: false, json: false, languageFile: "a.json" },
    ],
    [["--raw-output", "run", "python", "x"], { ...RUN, choices: choices({ isRaw: true }) }],
    [["--languages=a.json", "run", "python", "x"], { ...RUN, choices: choices({ languageFile: "a.json" }) }],
    [
      ["--container", "lang", "list", "--json"],
      { command: "list-languages", container: true, json: true, languageFile: undefined },
    ],
    [["run", "python", "x"], RUN],
    [["run", "python", ""], { ...RUN, code: "" }],
    [["run", "python", "a\nb"], { ...RUN, code: "a\nb" }],
    [["run", "python@3.9"], { ...RUN, language: "python@3.9", code: undefined }],
    [["run", "python", "-"], { ...RUN, code: undefined }],
    [["exec", "a.py"], { command: "exec", file: "a.py", choices: CHOICES }],
    [
      ["exec", "a.py", "--", "--json", "-x", "--", ""],
      { command: "exec", file: "a.py", choices: choices({ args: ["--json", "-x", "--", ""] }) },
    ],
    [["run", "python", "--", "x"], { ...RUN, code: undefined, choices: choices({ args: ["x"] }) }],
    [["run", "python", "x", "--"], RUN],
  ];
  for (const [words, invocation] of calls) {
    it(`reads ${JSON.stringify(words)}`, () => assert.deepEqual(readArguments(words), invocation));
  }

  const flags: readonly (readonly [words: readonly string[], wishes: Wishes])[] = [
    [["--container"], { executor: "container" }],
    [["--timeout=10s"], { limits: { timeoutMs: 10_000 } }],
    [["--timeout", "500ms"], { limits: { timeoutMs: 500 } }],
    [["--timeout=1", "--timeout=2"], { limits: { timeoutMs: 2000 } }],
    [["--timeout=0"], { limits: { timeoutMs: 0 } }],
    [["--memory-limit=64"], { limits: { memoryBytes: 64 * MEBIBYTE } }],
    [["--memory-limit", "1g"], { limits: { memoryBytes: 1024 * MEBIBYTE } }],
    [["--cpus=0.5", "--cpu-shares=512"], { limits: { cpus: 0.5, cpuShares: 512 } }],
    [["--processes=9"], { limits: { processes: 9 } }],
    [["--disk-limit=64"], { limits: { diskBytes: 64 * MEBIBYTE } }],
    [["--disk-limit", "1g"], { limits: { diskBytes: 1024 * MEBIBYTE } }],
    [["--packages"], { packages: { index: undefined } }],
    [["--packages", "--package-index=http://127.0.0.1/"], { packages: { index: "http://127.0.0.1/" } }],
    [["--output-limit=64k"], { limits: { outputBytes: 65_536 }, onOutputLimit: "stop" }],
    [["--output-limit=10"], { limits: { outputBytes: 10 * MEBIBYTE }, onOutputLimit: "stop" }],
    [["--output-limit", "500b"], { limits: { outputBytes: 500 }, onOutputLimit: "stop" }],
    [["--output-limit=0"], { limits: { outputBytes: 0 }, onOutputLimit: "stop" }],
    [["--cpus=-1"], { limits: { cpus: -1 } }],
    [["--network=bridge"], { network: "bridge" }],
    [["--isolation=gvisor"], { isolation: "gvisor" }],
    [["--isolation", "runtime:crun"], { isolation: "runtime:crun" }],
    [["--no-read-only"], { readOnlyRoot: false }],
    [["--platform=linux/arm64"], { platform: "linux/arm64" }],
    [["--image-mirror=registry.example/hub"], { mirror: "registry.example/hub" }],
    [["--image", "a/b:1"], { image: "a/b:1" }],
    [["--image="], { image: "" }],
    [["--pull=never"], { pull: "never" }],
    [["--json"], { format: "json" }],
    [["--json-stream"], { format: "json-stream" }],
    [["--container", "--json", "--pull=always"], { executor: "container", format: "json", pull: "always" }],
  ];
  for (const [words, wishes] of flags) {
    it(`reads ${words.join(" ")} before the command, behind it and at the end`, () => {
      const invocation = { ...RUN, choices: choices(wishes) };
      for (const call of [
        [...words, "run", "python", "x"],
        ["run", ...words, "python", "x"],
        ["run", "python", "x", ...words],
      ]) {
        assert.deepEqual(readArguments(call), invocation);
      }
    });
  }

  const refused: readonly (readonly [words: readonly string[], message: RegExp])[] = [
    [["walk"], /^There is no command "walk"\.$/],
    [["run"], /^run needs a language/],
    [["run", "python", "x", "y"], /^There is one word too many: "y"\. Put the code in quotes/],
    [["exec"], /^exec needs a file/],
    [["exec", "a.py", "b.py"], /^There is one word too many: "b\.py"/],
    [["lang"], /^lang knows one thing/],
    [["lang", "remove"], /^lang knows one thing/],
    [["lang", "list", "all"], /^lang knows one thing/],
    [["--walk", "run"], /^Unknown option '--walk'\.$/],
    [["run", "python", "x", "-q"], /^Unknown option '-q'\.$/],
    [["run", "python", "x", "--container=yes"], /'--container' does not take an argument\.$/],
    [["run", "python", "x", "--timeout"], /'--timeout <value>' argument missing\.$/],
    [["run", "python", "x", "--timeout", "-5"], /^Option '--timeout.*' argument is ambiguous\.$/],
    [["run", "python", "x", "--timeout=-5"], /^--timeout can't be "-5": it takes 10s, 500ms, 1m or seconds\.$/],
    [["run", "python", "x", "--timeout=soon"], /^--timeout can't be "soon"/],
    [["run", "python", "x", "--memory-limit=much"], /^--memory-limit can't be "much": it takes 64, 64m or 1g\.$/],
    [["run", "python", "x", "--cpus=1e3"], /^--cpus can't be "1e3"/],
    [["run", "python", "x", "--cpu-shares=all"], /^--cpu-shares can't be "all"/],
    [["run", "python", "x", "--processes=many"], /^--processes can't be "many": it takes n\.$/],
    [["run", "python", "x", "--disk-limit=1t"], /^--disk-limit can't be "1t": it takes 64, 64m or 1g\.$/],
    [
      ["run", "python", "x", "--package-index=http://127.0.0.1/"],
      /^--package-index says .* --packages, .* is missing\.$/,
    ],
    [["run", "python", "x", "--output-limit=-1"], /^--output-limit can't be "-1": it takes 64k, 10m or 500b\.$/],
    [["run", "python", "x", "--output-limit="], /^--output-limit can't be ""/],
    [
      ["run", "python", "x", "--isolation=runc"],
      /^--isolation can't be "runc": it takes auto, default, gvisor, kata, firecracker or runtime:name\.$/,
    ],
    [["run", "python", "x", "--network=host"], /^--network can't be "host": it takes none or bridge\.$/],
    [["run", "python", "x", "--pull=sometimes"], /^--pull can't be "sometimes"/],
    [["run", "python", "x", "--json", "--json-stream"], /exclude each other/],
  ];
  for (const [words, message] of refused) {
    it(`refuses ${JSON.stringify(words)} in one line`, () => {
      assert.throws(
        () => readArguments(words),
        (error) => {
          assert.ok(error instanceof RunFailure);
          assert.equal(error.code, "bad-request");
          assert.match(error.message, message);
          assert.doesNotMatch(error.message, /\n/);
          assert.equal(error.hint, "forgeai --help shows how it is called.");
          return true;
        },
      );
    });
  }
});

describe("helpText", () => {
  const examples: readonly (readonly [line: string, words: readonly string[], invocation: Invocation])[] = [
    [
      `forgeai run python "print('Hello, World!')"`,
      ["run", "python", "print('Hello, World!')"],
      { ...RUN, code: "print('Hello, World!')" },
    ],
    [
      `forgeai --container run python "print('Hello, World!')"`,
      ["--container", "run", "python", "print('Hello, World!')"],
      { ...RUN, code: "print('Hello, World!')", choices: choices({ executor: "container" }) },
    ],
    [
      `forgeai --container --timeout=10s run python "print('Hello, World!')"`,
      ["--container", "--timeout=10s", "run", "python", "print('Hello, World!')"],
      {
        ...RUN,
        code: "print('Hello, World!')",
        choices: choices({ executor: "container", limits: { timeoutMs: 10_000 } }),
      },
    ],
    [
      `forgeai --container --memory-limit=64 run python "print('Hello, World!')"`,
      ["--container", "--memory-limit=64", "run", "python", "print('Hello, World!')"],
      {
        ...RUN,
        code: "print('Hello, World!')",
        choices: choices({ executor: "container", limits: { memoryBytes: 64 * MEBIBYTE } }),
      },
    ],
    [
      "forgeai --container lang list",
      ["--container", "lang", "list"],
      { command: "list-languages", container: true, json: false, languageFile: undefined },
    ],
  ];
  const images = {
    names: [],
    all: false,
    json: false,
    languageFile: undefined,
    mirror: undefined,
    platform: undefined,
  };
  for (const [words, invocation] of [
    [["images", "list"], { ...images, command: "list-images" }],
    [
      ["images", "list", "--json", "--languages=a.json"],
      { ...images, command: "list-images", json: true, languageFile: "a.json" },
    ],
    [["images", "pull", "python", "go@1.19"], { ...images, command: "pull-images", names: ["python", "go@1.19"] }],
    [
      ["images", "pull", "--all", "--image-mirror=a.b/c"],
      { ...images, command: "pull-images", all: true, mirror: "a.b/c" },
    ],
    [["images", "prune"], { ...images, command: "prune-images" }],
  ] as const) {
    it(`reads ${JSON.stringify(words)}`, () => assert.deepEqual(readArguments(words), invocation));
  }

  for (const [words, message] of [
    [["images"], /^images knows three things: list, pull and prune\.$/],
    [["images", "remove"], /^images knows three things/],
    [["images", "pull"], /^images pull needs languages or images/],
    [["images", "pull", "--all", "go"], /^images pull needs languages or images/],
    [["images", "prune", "go"], /^images prune takes no names\.$/],
    [["images", "list", "--all"], /^images list takes no names\.$/],
  ] as const) {
    it(`refuses ${JSON.stringify(words)}`, () =>
      assert.throws(() => readArguments(words), { code: "bad-request", message }));
  }

  for (const [line, words, invocation] of examples) {
    it(`shows ${line}, which means what it says`, () => {
      assert.ok(helpText().split("\n").includes(`  ${line}`));
      assert.deepEqual(readArguments(words), invocation);
    });
  }

  it("names every flag that is understood, and the exit statuses", () => {
    const text = helpText();
    const limits = ["timeout", "memory-limit", "processes", "disk-limit", "output-limit", "cpus", "cpu-shares"];
    const takesValue = new Set([
      ...limits,
      "network",
      "image",
      "languages",
      "pull",
      "package-index",
      "image-mirror",
      "platform",
    ]);
    const switches = [
      "container",
      "no-read-only",
      "packages",
      "raw-output",
      "all",
      "json",
      "json-stream",
      "help",
      "version",
    ];
    const shown = [...text.matchAll(/^ {2}--([a-z-]+)( <.+?>)? {2,}\S/gm)].map(
      ([, name = "", value]) => [name, value !== undefined] as const,
    );
    assert.deepEqual(new Map(shown), new Map([...takesValue, ...switches].map((name) => [name, takesValue.has(name)])));
    for (const status of [124, 137, 130, 125, 2, 1]) assert.match(text, new RegExp(`\\b${status}[ .]`));
  });
});

describe("readFormat", () => {
  const cases = [
    { words: ["--json", "nonsense"], format: "json" },
    { words: ["run", "--json-stream", "--nonsense"], format: "json-stream" },
    { words: ["run", "python", "x", "--", "--json"], format: "text" },
  ] as const;
  for (const { words, format } of cases) {
    it(`tells a failure of "${words.join(" ")}" as ${format}`, () => assert.equal(readFormat(words), format));
  }
});
