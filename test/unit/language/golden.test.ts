import assert from "node:assert/strict";
import { findProblems } from "../../../src/language/matcher.ts";
import { captured, FORMATS, golden, goldens, programs } from "./golden.ts";

for (const format of FORMATS) {
  describe(`The ${format} matcher, on what real toolchains printed`, () => {
    for (const program of programs(format)) {
      for (const { toolchain, report, problems } of goldens(format, program)) {
        it(`finds what ${toolchain} says of ${program}`, () => {
          assert.deepEqual(findProblems(format, report), problems);
        });
      }

      it(`has an expectation for each golden file of ${program}`, () => {
        const expected = goldens(format, program).map(({ toolchain }) => toolchain);
        assert.deepEqual(expected.toSorted(), captured(format, program).toSorted());
      });
    }
  });
}

describe("A matcher, when the text around a report is hostile", () => {
  const cases = [
    { format: "python", program: "zero-division", lookAlike: "look-alikes-before", toolchain: "python-3.14" },
    { format: "node", program: "type-error", lookAlike: "look-alikes-before", toolchain: "node-24" },
    { format: "go", program: "index-out-of-range", lookAlike: "look-alikes-before", toolchain: "go-1.27" },
  ] as const;

  for (const { format, program, lookAlike, toolchain } of cases) {
    const { report, problems } = golden(format, program, toolchain);
    const noise = golden(format, lookAlike, toolchain).report.text;
    const muchNoise = `${noise}\n`.repeat(Math.ceil(300_000 / noise.length));

    it(`finds the ${format} report after 300 KB of look-alikes`, () => {
      assert.deepEqual(findProblems(format, { ...report, text: muchNoise + report.text }), problems);
    });

    it(`finds the ${format} report after a line of a megabyte`, () => {
      const line = "lorem:1:1: (at ./ipsum) ".repeat(44_000);
      assert.deepEqual(findProblems(format, { ...report, text: `${line}\n${report.text}` }), problems);
    });

    it(`finds nothing in a megabyte of ${format} look-alikes on one line`, () => {
      const line = noise.replaceAll("\n", " ").repeat(Math.ceil(1_000_000 / noise.length));
      assert.deepEqual(findProblems(format, { ...report, text: line }), []);
    });

    it(`finds nothing in ${format} look-alikes of a program that succeeded`, () => {
      assert.deepEqual(findProblems(format, { ...report, text: muchNoise, succeeded: true }), []);
    });

    it(`reads a coloured ${format} report with the line ends of a terminal`, () => {
      const text = report.text.replaceAll("main.", "\u001b[1;35mmain\u001b[0m.").replaceAll("\n", "\r\n");
      assert.deepEqual(findProblems(format, { ...report, text }), problems);
    });

    it(`finds no ${format} problem in files that weren't sent`, () => {
      assert.deepEqual(
        findProblems(format, { ...report, sources: new Map([["other.txt", "1\n2\n3\n4\n5\n6\n7\n8\n"]]) }),
        [],
      );
    });

    it(`maps ${format} paths of whatever folder the program ran in`, () => {
      const folder = "/tmp/a folder (1)/x";
      const text = report.text.replaceAll("/code/", `${folder}/`);
      assert.deepEqual(findProblems(format, { ...report, folder, text }), problems);
    });
  }
});
