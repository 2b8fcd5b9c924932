import assert from "node:assert/strict";
import { LANGUAGES } from "../../../src/language/catalog.ts";
import { extendLanguages } from "../../../src/language/rows.ts";
import { findLanguageOfShebang } from "../../../src/language/shebang.ts";

describe("findLanguageOfShebang", () => {
  const cases: readonly (readonly [line: string, language: string | undefined])[] = [
    ["#!/bin/bash", "bash"],
    ["#!/bin/sh", "bash"],
    ["#!/bin/bash\r\necho 1", "bash"],
    ["#!/usr/bin/env bash", "bash"],
    ["#!/usr/bin/env node", "javascript"],
    ["#!/usr/bin/env node16", "javascript@16"],
    ["#!/usr/bin/env python", "python"],
    ["#!/usr/bin/env python3", "python"],
    ["#!/usr/bin/env -S python3 -u", "python"],
    ["#!/usr/bin/env -Spython3 -u", "python"],
    ["#!/usr/bin/env -vS python3 -u", "python"],
    ["#!/usr/bin/env --split-string=python3 -u", "python"],
    ["#!/usr/bin/env -i A=1 B= python3", "python"],
    ["#!/usr/bin/env -S -u PATH -C /tmp ruby", "ruby"],
    ["#!/usr/bin/python3.9", "python@3.9"],
    ["#!/usr/bin/python3.99", "python"],
    ["#!/usr/bin/python2", "python"],
    ["#!/opt/PYTHON3", "python"],
    ["#! /usr/bin/perl -w", "perl"],
    ["#!\t/usr/bin/ruby3.3\t-w", "ruby@3.3"],
    ["#!/usr/bin/lua5.4", "lua@5.4"],
    ["#!/usr/bin/lua-5.1", "lua@5.1"],
    ["#!/usr/bin/php8.2", "php@8.2"],
    ["#!/usr/bin/env Rscript", "r"],
    ["#!perl", "perl"],
    ["#!/usr/bin/env -S node --experimental-strip-types", "javascript"],
    ["", undefined],
    ["#!", undefined],
    ["#!   ", undefined],
    ["#!\n/bin/bash", undefined],
    ["#!/", undefined],
    ["#!/bin/", undefined],
    ["#!/usr/bin/env", undefined],
    ["#!/usr/bin/env -S", undefined],
    ["#!/usr/bin/env A=1", undefined],
    ["#!/usr/bin/env -u", undefined],
    ["#!/usr/bin/env -u bash", undefined],
    ["#!/usr/bin/fish", undefined],
    ["#!/usr/bin/pythonic", undefined],
    ["#!/usr/bin/3.9", undefined],
    ["#!{artefact}", undefined],
    ["#!/bin/bash\0", undefined],
    ["#!/bin/ba\0sh", undefined],
    [" #!/bin/bash", undefined],
    ["# !/bin/bash", undefined],
    ["\n#!/bin/bash", undefined],
    ["#!__proto__", undefined],
  ];
  for (const [line, expected] of cases) {
    it(`finds ${expected ?? "nothing"} in ${JSON.stringify(line)}`, () => assert.equal(find(line), expected));
  }

  it("isn't held up by an endless line", () => {
    const start = performance.now();
    for (const part of [" ", "1", "1.", "-u ", "A=1 ", "/", "-", "x1."]) {
      assert.equal(find(`#!/usr/bin/env ${part.repeat(10_000_000 / part.length)}`), undefined);
    }
    assert.ok(performance.now() - start < 1000);
  });

  it("knows the interpreters of rows that were added", () => {
    const row = {
      name: "Fish",
      versions: { "4.0": "fish:4.0" },
      fileName: "main.fish",
      run: ["/opt/bin/fishy", "{file}"],
    };
    const { languages } = extendLanguages({ fish: row });
    for (const name of ["fish", "fishy", "fishy4.0"]) {
      assert.equal(findLanguageOfShebang(`#!/bin/${name}`, languages)?.language.id, "fish");
    }
  });
});

function find(line: string): string | undefined {
  const found = findLanguageOfShebang(line, LANGUAGES);
  return found?.version === undefined ? found?.language.id : `${found.language.id}@${found.version}`;
}
