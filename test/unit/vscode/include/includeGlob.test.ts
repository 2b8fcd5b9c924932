import assert from "node:assert/strict";
import { messageOf } from "../../../../src/run/failure.ts";
import { fitsGlobs, startGlobs } from "../../../../src/vscode/include/includeGlob.ts";

function complaintAbout(glob: string): string {
  try {
    startGlobs([glob]);
  } catch (error) {
    return messageOf(error);
  }
  throw new assert.AssertionError({ message: `${glob} was taken` });
}

describe("A glob", () => {
  const cases: readonly (readonly [glob: string, fitting: readonly string[], others: readonly string[]])[] = [
    ["data.csv", ["data.csv"], ["lib/data.csv", "data.csv.bak", "Data.csv"]],
    ["*.py", ["a.py", ".py", "a.b.py"], ["lib/a.py", "a.pyc"]],
    ["lib/*", ["lib/a", "lib/.env"], ["lib/a/b", "libs/a", "lib"]],
    ["**/*.py", ["a.py", "lib/a.py", "lib/deep/a.py"], ["a.js", "a.py/b"]],
    ["lib/**", ["lib/a", "lib/a/b"], ["a", "other/lib/a"]],
    ["lib/**/test/*.py", ["lib/test/a.py", "lib/x/test/a.py", "lib/test/test/a.py"], ["lib/a.py", "test/a.py"]],
    ["**/**/a", ["a", "x/a", "x/y/a"], ["a/b"]],
    ["a?c", ["abc", "a😀c"], ["ac", "abbc", "a/c"]],
    ["*a*b*", ["ab", "xaxbx", "aab"], ["ba", "a"]],
    ["{a,lib/b}.py", ["a.py", "lib/b.py"], ["b.py", "lib/a.py"]],
    ["{a,b{c,d}}", ["a", "bc", "bd"], ["b", "c"]],
    ["{a}{,.py}", ["a", "a.py"], ["b"]],
    ["[a-cx].py", ["a.py", "b.py", "x.py"], ["d.py", "-.py"]],
    ["[!a-c].py", ["d.py"], ["a.py", "dd.py"]],
    ["[^a].py", ["b.py"], ["a.py"]],
    ["a[b", ["a[b"], ["ab"]],
    ["[]].py", ["].py"], ["[.py"]],
    ["./a/./b", ["a/b"], ["./a/b"]],
    ["lib/", ["lib"], ["lib/a"]],
    ["a.b+(c)", ["a.b+(c)"], ["aXb+(c)", "a.bc"]],
  ];
  for (const [glob, fitting, others] of cases) {
    it(`${glob} fits ${fitting.join(", ")} and not ${others.join(", ")}`, () => {
      const starts = startGlobs([glob]);
      for (const path of fitting) assert.equal(fitsGlobs(starts, path), true, path);
      for (const path of others) assert.equal(fitsGlobs(starts, path), false, path);
    });
  }

  const refused: readonly (readonly [glob: string, expected: string])[] = [
    ["/etc/passwd", "a list of globs that are relative to the folder"],
    ["C:/secret", "a list of globs that are relative to the folder"],
    ["file:///etc/passwd", "a list of globs that are relative to the folder"],
    ["../secret", 'a list of globs without ".."'],
    ["lib/../../secret", 'a list of globs without ".."'],
    ["{a,..}/secret", 'a list of globs without ".."'],
    ["{/etc,a}/passwd", "a list of globs that are relative to the folder"],
    ["lib\\*.py", "a list of globs with / between their parts"],
    ["", "a list of globs without empty parts"],
    ["a//b", "a list of globs without empty parts"],
    ["{a,b", "a list of globs with their braces in pairs"],
    ["a}", "a list of globs with their braces in pairs"],
    ["{a,b}".repeat(20), "a list of globs with fewer braces"],
  ];
  for (const [glob, expected] of refused) {
    it(`may not be ${JSON.stringify(glob.slice(0, 30))}`, () => assert.equal(complaintAbout(glob), expected));
  }

  it("with many wildcards takes no longer for a name that almost fits", () => {
    const starts = startGlobs([`${"*a".repeat(100)}b`, `${"**/a*/".repeat(50)}b`]);
    assert.equal(fitsGlobs(starts, "a".repeat(5000)), false);
    assert.equal(fitsGlobs(starts, `${"a/".repeat(2000)}c`), false);
  });
});
