import assert from "node:assert/strict";
import { LANGUAGES } from "../../../src/language/catalog.ts";
import { extendLanguages } from "../../../src/language/rows.ts";
import { RunFailure } from "../../../src/run/failure.ts";
import { DEFAULT_LIMITS } from "../../../src/run/limits.ts";
import { type JobFile, type Plan, planRun, type Shape } from "../../../src/run/plan.ts";
import type { RunRequest, SourceFile } from "../../../src/run/request.ts";

const BASE: RunRequest = { language: "python", source: "print(1)" };

const file = (path: string, content = ""): SourceFile => ({ path, content });

const job = (path: string, content = ""): JobFile => ({ path, content: new TextEncoder().encode(content) });

function failureOf(request: RunRequest): RunFailure {
  try {
    planRun(request);
  } catch (error) {
    assert.ok(error instanceof RunFailure, String(error));
    return error;
  }
  return assert.fail("it was planned");
}

describe("planRun, for a request without wishes", () => {
  const shape: Shape = {
    image: "python:3.14-alpine",
    pull: "missing",
    limits: DEFAULT_LIMITS,
    network: "none",
    isolation: "default",
    readOnlyRoot: true,
    environment: { PYTHONUNBUFFERED: "1", PYTHONDONTWRITEBYTECODE: "1", PYTHON_COLORS: "0", PYTHONIOENCODING: "utf-8" },
    terminal: false,
  };

  it("gives away nothing", () => {
    const { request, language, compile, ...plan } = planRun(BASE);
    assert.equal(request, BASE);
    assert.equal(language.id, "python");
    assert.equal(compile, undefined);
    assert.deepEqual(plan, {
      version: "3.14",
      versionAsked: undefined,
      image: "python:3.14-alpine",
      isolation: "default",
      network: "none",
      limits: DEFAULT_LIMITS,
      sources: new Map([["main.py", "print(1)"]]),
      run: { shape, job: { files: [job("main.py", "print(1)")], command: ["python3", "main.py"], stdin: "" } },
    } satisfies Omit<Plan, "request" | "language" | "compile">);
  });

  it("is the same as for one whose wishes are all undefined", () => {
    const wishes = { args: undefined, stdin: undefined, limits: undefined, network: undefined, isolation: undefined };
    const more = {
      files: undefined,
      image: undefined,
      pull: undefined,
      readOnlyRoot: undefined,
      onOutputLimit: undefined,
      terminal: undefined,
    };
    const { request: _, ...plan } = planRun({ ...BASE, ...wishes, ...more });
    const { request: __, ...expected } = planRun(BASE);
    assert.deepEqual(plan, expected);
  });
});

describe("planRun, for wishes", () => {
  it("puts all that a container needs into the shape, and all that comes later into the job", () => {
    const stdin = Buffer.from("in");
    const { run } = planRun({
      ...BASE,
      args: ["-x", "", "a b"],
      stdin,
      limits: { timeoutMs: 1000, memoryBytes: 2 ** 25, cpus: 0.5, cpuShares: 2, processes: 9, diskBytes: 2 ** 21 },
      network: "bridge",
      readOnlyRoot: false,
      pull: "never",
    });
    const base = planRun(BASE).run;
    assert.deepEqual(run.shape, {
      ...base.shape,
      pull: "never",
      network: "bridge",
      readOnlyRoot: false,
      limits: {
        ...DEFAULT_LIMITS,
        timeoutMs: 1000,
        memoryBytes: 2 ** 25,
        cpus: 0.5,
        cpuShares: 2,
        processes: 9,
        diskBytes: 2 ** 21,
      },
    });
    assert.deepEqual(run.job, { ...base.job, command: ["python3", "main.py", "-x", "", "a b"], stdin });
  });

  it("puts into the shape that there is a terminal, and into the job how large it is", () => {
    const resized = (async function* () {})();
    const terminal = { columns: 1, rows: 65_535, resized };
    const { run } = planRun({ ...BASE, terminal });
    const base = planRun(BASE).run;
    assert.deepEqual(run, { shape: { ...base.shape, terminal: true }, job: { ...base.job, terminal } });
    const { compile } = planRun({ language: "go", source: "", terminal });
    assert.deepEqual([compile?.shape.terminal, compile?.job.terminal], [false, undefined]);
  });

  const versions: readonly (Partial<RunRequest> & Pick<Plan, "version" | "image" | "versionAsked">)[] = [
    { language: "python", version: "3.14", versionAsked: undefined, image: "python:3.14-alpine" },
    { language: "python@3.9", version: "3.9", versionAsked: "3.9", image: "python:3.9-alpine" },
    { language: "Py@3.9", version: "3.9", versionAsked: "3.9", image: "python:3.9-alpine" },
    { language: "javascript@16", version: "16", versionAsked: "16", image: "node:16-alpine" },
    { language: "NodeJS", version: "24", versionAsked: undefined, image: "node:24-alpine" },
    { language: "go@1.19", version: "1.19", versionAsked: "1.19", image: "golang:1.19-alpine" },
    { language: "golang", version: "1.27", versionAsked: undefined, image: "golang:1.27-alpine" },
  ];
  for (const { language, ...expected } of versions) {
    it(`runs ${language} in ${expected.image}`, () => {
      const { version, versionAsked, image, run, compile } = planRun({ ...BASE, ...(language && { language }) });
      assert.deepEqual({ version, versionAsked, image }, expected);
      assert.equal(run.shape.image, expected.image);
      assert.equal(compile?.shape.image ?? expected.image, expected.image);
    });
  }

  it("doesn't claim to know the version in a named image, unless it was told", () => {
    const image = "registry.example:5000/team/python:latest";
    assert.equal(planRun({ ...BASE, image }).version, null);
    assert.equal(planRun({ ...BASE, image, language: "python@3.9" }).version, "3.9");
    assert.equal(planRun({ ...BASE, image }).run.shape.image, image);
  });

  for (const { id, versions: rows, extensions } of LANGUAGES) {
    it(`has a plan for each version of ${id}`, () => {
      for (const { version } of rows) {
        const plan = planRun({ language: `${id}@${version}`, source: "" });
        assert.equal([...plan.sources.keys()].length, 1);
        assert.ok(extensions.some((extension) => [...plan.sources.keys()][0]?.endsWith(extension)));
      }
    });
  }
});

describe("planRun, for files", () => {
  it("runs the first, and reads problems from it and from all others of its language", () => {
    const files = [file("run.txt", "é"), file("lib/a.py", "a"), file("data.json", "{}"), file("B.PY", "b")];
    const { run, sources } = planRun({ language: "python", files });
    assert.deepEqual(run.job.command, ["python3", "run.txt"]);
    assert.deepEqual(run.job.files, [
      job("run.txt", "é"),
      job("lib/a.py", "a"),
      job("data.json", "{}"),
      job("B.PY", "b"),
    ]);
    assert.deepEqual(
      [...sources],
      [
        ["run.txt", "é"],
        ["lib/a.py", "a"],
        ["B.PY", "b"],
      ],
    );
  });

  it("puts ./ before a name that looks like an option, and before no other", () => {
    for (const [path, word] of [
      ["-c", "./-c"],
      ["--version.py", "./--version.py"],
      ["a -b.py", "a -b.py"],
      ["-lib/a.py", "./-lib/a.py"],
    ] as const) {
      assert.deepEqual(planRun({ language: "python", files: [file(path)] }).run.job.command, ["python3", word]);
    }
  });

  it("takes bytes as they are, and shows what isn't UTF-8 as U+FFFD in problems", () => {
    const content = Uint8Array.of(0xef, 0xbb, 0xbf, 0x61, 0xff);
    const { run, sources } = planRun({ ...BASE, source: content });
    assert.deepEqual(run.job.files, [{ path: "main.py", content }]);
    assert.equal(sources.get("main.py"), "\uFEFFa\uFFFD");
  });

  it("takes names with blanks, quotes and letters of any script", () => {
    for (const path of [" ", "a 'b' \"c\".py", "日本/é.py", "...", "a..b", "$(x)", "\\", ".hidden"]) {
      assert.equal(planRun({ language: "python", files: [file(path)] }).run.job.files[0]?.path, path);
    }
  });
});

describe("planRun, for a compiled language", () => {
  const { compile, run } = planRun({
    language: "go",
    files: [file("main.go"), file("-b.go"), file("notes.txt")],
    args: ["-v"],
    stdin: "in",
    network: "bridge",
    readOnlyRoot: false,
    limits: { timeoutMs: 1000 },
  });

  it("compiles all sources into a program that the second phase runs with the arguments", () => {
    assert.deepEqual(compile?.job.command, ["go", "build", "-o", "./.forgeai-program", "main.go", "./-b.go"]);
    assert.equal(compile?.job.artefact, ".forgeai-program");
    assert.deepEqual(run.job.command, ["./.forgeai-program", "-v"]);
    assert.equal(compile?.job.stdin, "");
    assert.equal(run.job.stdin, "in");
    assert.deepEqual(compile?.job.files, run.job.files);
  });

  it("gives the compiler limits of its own, and never a network", () => {
    assert.equal(run.shape.network, "bridge");
    assert.equal(compile?.shape.network, "none");
    assert.equal(run.shape.limits.timeoutMs, 1000);
    assert.deepEqual(compile?.shape.limits, LANGUAGES.find(({ id }) => id === "go")?.compile?.limits);
  });

  it("compiles the files of the folder that the main file lies in, and it first; problems may be in all others too", () => {
    const files = [file("cmd/app/main.go"), file("x.go"), file("cmd/app/helper.go"), file("other/x.go")];
    const plan = planRun({ language: "go", files: [...files, file("cmd/app/deeper/y.go"), file("cmd/app/data.txt")] });
    const sources = ["cmd/app/main.go", "cmd/app/helper.go"];
    assert.deepEqual(plan.compile?.job.command, ["go", "build", "-o", "./.forgeai-program", ...sources]);
    assert.deepEqual(plan.run.job.command, ["./.forgeai-program"]);
    assert.deepEqual([...plan.sources.keys()], [...files.map(({ path }) => path), "cmd/app/deeper/y.go"]);
  });

  it("refuses a file to run that the compiler wouldn't take", () => {
    const { code, message, hint } = failureOf({ language: "go", files: [file("main.txt")] });
    assert.deepEqual(
      [code, message, hint],
      ["bad-request", 'Go can\'t compile "main.txt".', "Its name has to end in .go."],
    );
  });
});

describe("planRun, for languages that the request brings", () => {
  const { languages } = extendLanguages({
    python: { versions: { "3.12": "python:3.12-alpine" }, defaultVersion: "3.12" },
    d: {
      name: "D",
      extensions: [".d", ".di"],
      versions: { "2": "dmd:2" },
      fileName: "main.d",
      compile: { command: ["dmd", "-o", "{artefact}", "{sources}"], limits: { memory: 512 } },
      run: ["{artefact}"],
      environment: { LANG: "C" },
    },
    tinygo: {
      name: "TinyGo",
      extensions: [".go"],
      versions: { "0.40": "tinygo/tinygo:0.40" },
      fileName: "main.go",
      run: ["tinygo", "run", "{file}"],
    },
  });

  it("chooses among them, and no others", () => {
    assert.equal(planRun({ ...BASE, languages }).image, "python:3.12-alpine");
    assert.equal(planRun({ ...BASE, languages, language: "python@3.9" }).image, "python:3.9-alpine");
    assert.equal(planRun({ ...BASE, language: "d", languages }).image, "dmd:2");
    assert.equal(planRun({ ...BASE, languages: undefined }).image, "python:3.14-alpine");
    const failure = failureOf({ ...BASE, language: "cobol", languages });
    assert.deepEqual(
      [failure.code, failure.hint],
      ["unknown-language", `It knows ${languages.map(({ id }) => id).join(", ")}.`],
    );
    assert.equal(failureOf({ ...BASE, languages: [] }).code, "unknown-language");
    assert.match(
      failureOf({ ...BASE, language: "python@2", languages }).hint,
      /python@3\.14, python@3\.12, python@3\.9/,
    );
  });

  it("plans one as its row says", () => {
    const files = [file("main.d"), file("a.di"), file("README.md")];
    const { compile, run, language } = planRun({ language: "d@2", languages, files });
    assert.deepEqual(compile?.job.command, ["dmd", "-o", "./.forgeai-program", "main.d", "a.di"]);
    assert.equal(compile?.shape.limits.memoryBytes, 512 * 1024 * 1024);
    assert.deepEqual(run.shape.environment, { LANG: "C" });
    assert.deepEqual(
      language,
      languages.find(({ id }) => id === "d"),
    );
  });

  it("still compiles the files of a language whose extension another one took", () => {
    const files = [file("main.go"), file("b.go")];
    const { compile } = planRun({ language: "go", languages, files });
    assert.deepEqual(compile?.job.command.slice(-2), ["main.go", "b.go"]);
    assert.equal(failureOf({ language: "go", languages, files: [file("x.txt")] }).hint, "Its name has to end in .go.");
  });

  it("refuses an image that can't be in a row that nobody looked at", () => {
    const [python] = LANGUAGES;
    assert.ok(python !== undefined);
    const rows = [{ ...python, versions: [{ version: "3.14", image: "../x" }] }];
    assert.match(failureOf({ ...BASE, languages: rows }).message, /"\.\.\/x" is not the name of an image\./);
  });
});

describe("planRun, for a request that can't be carried out", () => {
  const megabytes = (count: number): string => "x".repeat(count * 1024 * 1024);

  const refused: readonly {
    readonly what: string;
    readonly request: RunRequest;
    readonly code?: RunFailure["code"];
    readonly message: RegExp;
    readonly hint?: RegExp;
  }[] = [
    {
      what: "an unknown language",
      request: { ...BASE, language: "cobol" },
      code: "unknown-language",
      message: /^ForgeAI doesn't know the language "cobol"\.$/,
      hint: /python, javascript, typescript, go, /,
    },
    { what: "no language", request: { ...BASE, language: "" }, code: "unknown-language", message: /language ""/ },
    {
      what: "an unknown version",
      request: { ...BASE, language: "python@2" },
      code: "unknown-language",
      message: /no Python "2"/,
      hint: /python@3\.14, python@3\.9; .* --image/,
    },
    {
      what: "an empty version",
      request: { ...BASE, language: "python@" },
      code: "unknown-language",
      message: /no Python ""/,
    },
    {
      what: "an unknown version, though an image is named",
      request: { ...BASE, language: "python@3.9@1", image: "x" },
      code: "unknown-language",
      message: /no Python "3\.9@1"/,
    },
    { what: "neither source nor files", request: { language: "python" }, message: /either a source or files/ },
    { what: "source and files", request: { ...BASE, files: [file("a")] }, message: /either a source or files/ },
    { what: "no files", request: { language: "python", files: [] }, message: /no file to run/ },
    {
      what: "a source larger than is sent",
      request: { ...BASE, source: megabytes(50) },
      message: /^The source is larger than 16 MB/,
    },
    {
      what: "files that are too large together",
      request: { language: "python", files: [file("a", megabytes(8)), file("b", megabytes(9))] },
      message: /^The source is larger than 16 MB/,
    },
    {
      what: "a source larger than the work folder",
      request: { ...BASE, source: megabytes(2), limits: { diskBytes: 2 ** 20 } },
      message: /^The source has 2 MB, and the work folder holds 1 MB\.$/,
    },
    {
      what: "a source with a NUL",
      request: { ...BASE, source: "ab\0" },
      message: /^main\.py has a NUL character at offset 2/,
    },
    {
      what: "bytes with a NUL",
      request: { ...BASE, source: Uint8Array.of(0) },
      message: /^main\.py has a NUL byte at offset 0/,
    },
    ...[
      { columns: 0, rows: 24 },
      { columns: 80, rows: 65_536 },
      { columns: 80.5, rows: 24 },
      { columns: 80, rows: -1 },
    ].map((terminal) => ({
      what: `a terminal of ${terminal.columns} columns and ${terminal.rows} rows`,
      request: { ...BASE, terminal },
      message: new RegExp(`^A terminal can't have ${terminal.columns} columns and ${terminal.rows} rows\\.$`),
      hint: /whole numbers from 1 to 65535/,
    })),
    { what: "an argument with a NUL", request: { ...BASE, args: ["a", "b\0"] }, message: /^Argument 2 has a NUL/ },
    {
      what: "a limit out of range",
      request: { ...BASE, limits: { cpus: 0 } },
      message: /^The CPU limit can't be 0\.$/,
    },
    {
      what: "a file sent twice",
      request: { language: "python", files: [file("a"), file("a")] },
      message: /"a" was sent twice/,
    },
    {
      what: "a name that is a file and a folder",
      request: { language: "python", files: [file("a/b/c"), file("a/b")] },
      message: /^"a\/b" is both a file and a folder\.$/,
    },
    {
      what: "ForgeAI's own file name",
      request: { language: "go", files: [file("main.go"), file(".forgeai-program")] },
      message: /"\.forgeai-program" is ForgeAI's own/,
    },
    {
      what: "ForgeAI's own file name as a folder",
      request: { language: "go", files: [file("main.go"), file(".forgeai-program/x")] },
      message: /"\.forgeai-program" is ForgeAI's own/,
    },
  ];
  for (const { what, request, code = "bad-request", message, hint = /./ } of refused) {
    it(`refuses ${what}`, () => {
      const failure = failureOf(request);
      assert.equal(failure.code, code);
      assert.match(failure.message, message);
      assert.match(failure.hint, hint);
    });
  }

  const paths: readonly (readonly [path: string, complaint: string])[] = [
    ["", "is empty"],
    ["a\nb", "has a control character"],
    ["a\0b", "has a control character"],
    ["a\x7f", "has a control character"],
    ["/etc/passwd", "is absolute"],
    ["C:/x", "is absolute"],
    ["C:x", "is absolute"],
    ["../x", 'has an empty, "." or ".." part'],
    ["a/../../x", 'has an empty, "." or ".." part'],
    ["./x", 'has an empty, "." or ".." part'],
    ["a//b", 'has an empty, "." or ".." part'],
    ["a/", 'has an empty, "." or ".." part'],
    [".", 'has an empty, "." or ".." part'],
    ["é".repeat(128), "has a part of over 255 bytes"],
    [`${"a/".repeat(450)}b`, "has over 900 bytes"],
  ];
  for (const [path, complaint] of paths) {
    it(`refuses the file name ${JSON.stringify(path.slice(0, 20))}, which ${complaint}`, () => {
      const failure = failureOf({ language: "python", files: [file("main.py"), file(path)] });
      assert.equal(failure.code, "bad-request");
      assert.equal(failure.message, `The file name ${JSON.stringify(path)} ${complaint}.`);
    });
  }

  it("takes the names of images, and refuses what is none", () => {
    const digest = `sha256:${"0".repeat(64)}`;
    for (const image of [
      "python",
      "python:3.9-alpine",
      "a/b/c:1",
      "localhost:5000/x",
      `r.example/a@${digest}`,
      `a:1@${digest}`,
    ]) {
      assert.equal(planRun({ ...BASE, image }).image, image);
    }
    for (const image of [
      "",
      " ",
      "-v",
      "--privileged",
      "a b",
      "Python",
      "a:",
      "a:b:c",
      "a@sha256:1",
      "../a",
      "a\nb",
      "x".repeat(600),
    ]) {
      const failure = failureOf({ ...BASE, image });
      assert.equal(failure.code, "bad-request");
      assert.match(failure.message, /is not the name of an image\.$/);
    }
  });
});

describe("planRun, for a caller without types", () => {
  const wrong: readonly (readonly [field: string, value: unknown])[] = [
    ["language", undefined],
    ["language", 3],
    ["languages", "python"],
    ["languages.0", 3],
    ["languages.0.id", 3],
    ["source", 7],
    ["files", "main.py"],
    ["files.0", "main.py"],
    ["files.0.path", 1],
    ["files.0.content", null],
    ["args", "x"],
    ["args.1", 1],
    ["stdin", 7],
    ["stdin", {}],
    ["terminal", true],
    ["terminal.columns", "80"],
    ["terminal.resized", []],
    ["limits", 30],
    ["network", "host"],
    ["network", null],
    ["isolation", "none"],
    ["isolation", "runtime:"],
    ["isolation", "runtime:../x"],
    ["image", 1],
    ["pull", "sometimes"],
    ["onOutputLimit", "ask"],
    ["readOnlyRoot", "no"],
  ];
  const requests: Readonly<Record<string, (value: unknown) => object>> = {
    "languages.0": (value) => ({ languages: [value] }),
    "languages.0.id": (id) => ({ languages: [{ ...LANGUAGES[0], id }] }),
    "files.0": (value) => ({ files: [value] }),
    "files.0.path": (path) => ({ files: [{ path, content: "" }] }),
    "files.0.content": (content) => ({ files: [{ path: "a", content }] }),
    "args.1": (value) => ({ args: ["a", value] }),
    "terminal.columns": (columns) => ({ terminal: { columns, rows: 24 } }),
    "terminal.resized": (resized) => ({ terminal: { columns: 80, rows: 24, resized } }),
  };
  for (const [field, value] of wrong) {
    it(`refuses the ${field} ${JSON.stringify(value)}, and names the field`, () => {
      const request = requests[field]?.(value) ?? { [field]: value };
      const failure = failureOf({ ...BASE, ...request });
      assert.equal(failure.code, "bad-request");
      assert.ok(failure.message.startsWith(`The request's ${field} can't be `), failure.message);
      assert.match(failure.hint, /^It is to be .+\.$/);
    });
  }

  it("says what a field may hold", () => {
    const failure = failureOf(JSON.parse('{"language":"python","source":"","network":"host"}'));
    assert.equal(failure.message, "The request's network can't be \"host\".");
    assert.equal(failure.hint, 'It is to be "none" or "bridge".');
  });
});
