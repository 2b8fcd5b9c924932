import assert from "node:assert/strict";
import { readDefinitions } from "../../../../src/vscode/include/missingInGo.ts";

const SOURCE = `// Package main is a program.
package main

import (
	"fmt"
	alias "os"
)

const single = 1

var (
	first, second = 1, 2
	table         = map[string]int{
		"nested": 1,
	}
)

type (
	Shape interface {
		Area() float64
	}
	Size int
)

type Pair[T any] struct {
	field T
}

func generic[T any](x T) {
	local := x
	fmt.Println(local, alias.Args)
}

func (s *Size) Grow() {}
func (Pair[T]) Swap() {}
`;

describe("What a file of Go defines", () => {
  it("are the names at its top level, and its methods", () => {
    const definitions = readDefinitions("size.go", SOURCE);
    assert.equal(definitions?.packageName, "main");
    assert.deepEqual(
      [...(definitions?.names ?? [])].toSorted(),
      [".Grow", ".Swap", "Pair", "Shape", "Size", "first", "generic", "second", "single", "table"].toSorted(),
    );
  });

  const others: readonly (readonly [title: string, name: string, source: string])[] = [
    ["a test", "size_test.go", SOURCE],
    ["a file for another system", "size_windows.go", SOURCE],
    ["a file for another system and processor", "size_darwin_arm64.go", SOURCE],
    ["another program", "other.go", "package main\n\nfunc main() {}\n"],
    ["a tool that is no part of the program", "gen.go", "//go:build ignore\n\npackage main\n"],
    ["a file that says it is for other systems", "size.go", "//go:build !linux\n\npackage main\n"],
    ["a file of another language", "size.py", "def size(): pass\n"],
  ];
  for (const [title, name, source] of others) {
    it(`are none where it is ${title}`, () => assert.equal(readDefinitions(name, source), undefined));
  }

  it("counts where it is for the system of containers", () => {
    assert.ok(readDefinitions("size_linux.go", SOURCE));
    assert.ok(readDefinitions("size.go", `//go:build linux || darwin\n\n${SOURCE}`));
  });
});
