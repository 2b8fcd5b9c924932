import assert from "node:assert/strict";
import fc from "fast-check";
import { findPlaces, SentNames } from "../../../../src/vscode/output/places.ts";
import { FORMATS, goldens, programs } from "../../language/golden.ts";

const NAMES = [
  "main.py",
  "main.js",
  "main.mjs",
  "main.go",
  "main.ts",
  "main.c",
  "a/b.js",
  "my (1) módulo .mjs",
  "lib/日本 語.py",
  "Untitled-1",
  "100%#?.py",
  "py",
];

const names = new SentNames(NAMES);

/** What is a link in a line: its text, and what it leads to. */
function linksIn(line: string): string[] {
  return findPlaces(line, names).map(({ start, end, file, line: number, column }) => {
    const place = column === undefined ? number : `${number},${column}`;
    return `${line.slice(start, end)} → ${file} ${place}`;
  });
}

const FOUND: readonly { readonly line: string; readonly links: readonly string[] }[] = [
  { line: '  File "/code/main.py", line 3, in <module>', links: ['/code/main.py", line 3 → main.py 3'] },
  { line: 'working...  File "/code/main.py", line 12', links: ['/code/main.py", line 12 → main.py 12'] },
  { line: "working.../code/main.py:3", links: ["/code/main.py:3 → main.py 3"] },
  { line: "/code/main.py:3: DeprecationWarning: old", links: ["/code/main.py:3 → main.py 3"] },
  { line: "/code/main.js:3:7", links: ["/code/main.js:3:7 → main.js 3,7"] },
  { line: "    at f (/code/a/b.js:1:2)", links: ["/code/a/b.js:1:2 → a/b.js 1,2"] },
  { line: "    at async file:///code/main.mjs:3:7", links: ["file:///code/main.mjs:3:7 → main.mjs 3,7"] },
  {
    line: "    at file:///code/main.mjs?again=1:3:7",
    links: ["file:///code/main.mjs?again=1:3:7 → main.mjs 3,7"],
  },
  {
    line: "(file:///code/my%20(1)%20m%C3%B3dulo%20.mjs:3:3)",
    links: ["file:///code/my%20(1)%20m%C3%B3dulo%20.mjs:3:3 → my (1) módulo .mjs 3,3"],
  },
  { line: "file:///code/100%25%23%3F.py:1", links: ["file:///code/100%25%23%3F.py:1 → 100%#?.py 1"] },
  { line: "in my (1) módulo .mjs:3", links: ["my (1) módulo .mjs:3 → my (1) módulo .mjs 3"] },
  { line: 'File "/code/lib/日本 語.py", line 2', links: ['/code/lib/日本 語.py", line 2 → lib/日本 語.py 2'] },
  { line: "./main.go:3:5: undefined: x", links: ["./main.go:3:5 → main.go 3,5"] },
  { line: "main.go:3", links: ["main.go:3 → main.go 3"] },
  { line: "\t/code/main.go:4 +0x1d", links: ["/code/main.go:4 → main.go 4"] },
  { line: "/code/Untitled-1:3:1", links: ["/code/Untitled-1:3:1 → Untitled-1 3,1"] },
  { line: "Untitled-1: line 3: not found", links: ["Untitled-1: line 3 → Untitled-1 3"] },
  { line: "at /code/main.ts line 3.", links: ["/code/main.ts line 3 → main.ts 3"] },
  { line: "in /code/main.ts on line 3", links: ["/code/main.ts on line 3 → main.ts 3"] },
  { line: "main.ts(3,7): error TS1", links: ["main.ts(3,7) → main.ts 3,7"] },
  { line: "main.c(3): warning", links: ["main.c(3) → main.c 3"] },
  { line: "main.c:3:7:main.c:4", links: ["main.c:3:7 → main.c 3,7", "main.c:4 → main.c 4"] },
  {
    line: '"main.py:3", ‘main.py:4’, [main.py:5]',
    links: ["main.py:3", "main.py:4", "main.py:5"].map((text) => `${text} → main.py ${text.at(-1)}`),
  },
];

const NOT_FOUND: readonly string[] = [
  "",
  "/code/main.py",
  "main.py: 3",
  "/code/other.py:3",
  "/usr/lib/main.py:3",
  "/usr/code/main.py:3",
  "~/code/main.py:3",
  "http://host/code/main.py:3",
  "http://host/main.py:3",
  "file:///usr/code/main.mjs:3",
  "../main.py:3",
  "lib/main.py:3",
  "domain.py:3",
  "not-main.py:3",
  "x.main.py:3",
  "main.pyc:3",
  "main.py:0",
  "main.py:12345678",
  'File "<frozen importlib._bootstrap>", line 3',
  'File "<string>", line 3',
  "node:internal/main/run_main_module:36:49",
  "12:30:45",
];

describe("The places that a line of output names", () => {
  for (const { line, links } of FOUND) {
    it(`are found in ${JSON.stringify(line)}`, () => assert.deepEqual(linksIn(line), links));
  }

  for (const line of NOT_FOUND) {
    it(`are none in ${JSON.stringify(line)}`, () => assert.deepEqual(linksIn(line), []));
  }

  it("are in the folder that is told", () => {
    const elsewhere = new SentNames(["main.py"], "/tmp/a folder (1)");
    assert.equal(findPlaces('File "/tmp/a folder (1)/main.py", line 3', elsewhere).length, 1);
    assert.equal(findPlaces('File "/code/main.py", line 3', elsewhere).length, 0);
  });

  it("are looked for in the first 4,000 characters, and are fifty at most", () => {
    assert.equal(findPlaces(`${" ".repeat(3990)}main.py:3`, names).length, 1);
    assert.equal(findPlaces(`${" ".repeat(4000)}main.py:3`, names).length, 0);
    assert.equal(findPlaces("main.py:3 ".repeat(100), names).length, 50);
  });

  it("are found whatever stands around them", () => {
    const around = fc.string().map((text) => text.replaceAll(/[^\s"'()[\]<>|=;]/g, " "));
    fc.assert(
      fc.property(
        around,
        around,
        fc.constantFrom(...NAMES),
        fc.integer({ min: 1, max: 9_999_999 }),
        (before, after, name, number) => {
          const text = `/code/${name}:${number}`;
          const [found] = findPlaces(before + text + after, names);
          assert.deepEqual(found, { start: before.length, end: before.length + text.length, file: name, line: number });
        },
      ),
    );
  });

  it("lie in the line, in order, and lead to files that were sent, whatever the line", () => {
    const parts = fc.constantFrom(
      ...NAMES,
      "/code/",
      "file://",
      "./",
      ":3",
      ":7",
      '", line 2',
      "(3,7)",
      "?a=1",
      " ",
      "\u0000",
      "😀",
      "é",
      "/",
    );
    const lines = fc.oneof(
      fc.string(),
      fc.array(parts).map((all) => all.join("")),
    );
    fc.assert(
      fc.property(lines, (line) => {
        let last = 0;
        for (const { start, end, file, line: number } of findPlaces(line, names)) {
          assert.ok(last <= start && start < end && end <= line.length && number >= 1);
          assert.ok(NAMES.includes(file));
          last = end;
        }
      }),
    );
  });

  it("are looked for in a time that grows with the line only, however many files there are", () => {
    const many = new SentNames(
      Array.from({ length: 100 }, (_, index) => `${"a/".repeat(100)}${index % 7}${"a".repeat(200)}${index}.py`),
    );
    for (const part of ["a", ":1", "(", "?", "#1", "a.py:1", " line 1", "/code/", ".py:1", "file:///code/"]) {
      findPlaces(part.repeat(1_000_000), many);
    }
  });
});

describe("The places in what real toolchains printed", () => {
  for (const format of FORMATS) {
    it(`include those of every problem of ${format}`, () => {
      for (const program of programs(format)) {
        for (const { toolchain, report, problems } of goldens(format, program)) {
          const sent = new SentNames([...report.sources.keys()], report.folder);
          const found = report.text.split(/\r?\n/).flatMap((line) => findPlaces(line, sent));
          const isFound = (place: { readonly file: string; readonly line: number }): boolean =>
            found.some(({ file, line }) => file === place.file && line === place.line);
          // Which line imports it is our own finding.
          const told = problems.filter(({ message }) => !message.includes("imported from"));
          for (const place of told.flatMap((problem) => [problem, ...problem.related])) {
            assert.ok(isFound(place), `${program}, ${toolchain}: ${place.file} ${place.line}`);
          }
        }
      }
    });
  }
});
