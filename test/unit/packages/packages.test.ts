import assert from "node:assert/strict";
import { planInstallation } from "../../../src/packages/packages.ts";
import { filesOf, inImage } from "../../../src/packages/packages.ts";
import { planRun } from "../../../src/run/plan.ts";
import type { RunRequest } from "../../../src/run/request.ts";

function wantedBy(request: RunRequest): readonly string[] {
  return planInstallation(planRun({ packages: {}, ...request }))?.wanted ?? [];
}

const textOf = (content: Uint8Array | undefined): string => Buffer.from(content ?? []).toString();

describe("What a JavaScript program asks for", () => {
  const imported = (source: string): readonly string[] => wantedBy({ language: "javascript", source });
  const withManifest = (manifest: unknown, source = ""): readonly string[] =>
    wantedBy({
      language: "javascript",
      files: [
        { path: "main.js", content: source },
        { path: "package.json", content: JSON.stringify(manifest) },
      ],
    });

  for (const [code, names] of [
    ['import x from "lodash"', ["lodash"]],
    ["import x from 'lodash/fp'", ["lodash"]],
    ['import "@scope/name/file.js"', ["@scope/name"]],
    ['import {\n  a,\n  b,\n} from "lodash"', ["lodash"]],
    ['export * from "lodash"', ["lodash"]],
    ['const x = require("lodash")', ["lodash"]],
    ['await import("lodash")', ["lodash"]],
    ['import b from "b"; import a from "a"; import a2 from "a"', ["a", "b"]],
    ['import "./lodash.js"; import "../x.js"; import "/y.js"', []],
    ['import fs from "fs"; import "node:test"; require("fs/promises")', []],
    ['// import x from "lodash"\n/* require("lodash") */', []],
    ['import "https://127.0.0.1/x.js"; import "#inner"', []],
    ["import(`lodash`)", []],
    ['"// "; import "lodash"; // "', ["lodash"]],
    ['import "LODASH"; import "a b"; import "../etc"; import "-x"', []],
  ] as const) {
    it(`by ${JSON.stringify(code)}`, () => {
      assert.deepEqual(
        imported(code),
        names.map((name) => `${name}@latest`),
      );
    });
  }

  it("in TypeScript leaves out what is only needed for types", () => {
    const source =
      'import type { A } from "types-only";\nexport type { B } from "types-only";\nimport { type C, d } from "both";';
    assert.deepEqual(wantedBy({ language: "typescript", source }), ["both@latest"]);
  });

  it("is what its manifest says, and what it imports beside", () => {
    const manifest = { dependencies: { lodash: "^4.17.0" }, optionalDependencies: { maybe: "1" } };
    assert.deepEqual(withManifest(manifest, 'require("lodash"); require("maybe"); require("other")'), [
      "lodash@^4.17.0",
      "maybe@1",
      "other@latest",
    ]);
  });

  it("is installed without whatever else the manifest says", () => {
    const manifest = { name: "x", scripts: { install: "x" }, devDependencies: { dev: "1" }, dependencies: { a: "1" } };
    const plan = planRun({
      language: "javascript",
      packages: {},
      files: [
        { path: "main.js", content: "" },
        { path: "package.json", content: JSON.stringify(manifest) },
      ],
    });
    const [file] = planInstallation(plan)?.files ?? [];
    assert.deepEqual(JSON.parse(textOf(file?.content)), {
      private: true,
      dependencies: { a: "1" },
      optionalDependencies: {},
    });
  });

  for (const manifest of ["x", [], { dependencies: { a: 1 } }, { dependencies: "a" }]) {
    it(`can't be read from ${JSON.stringify(manifest)}`, () => {
      assert.throws(() => withManifest(manifest), { code: "bad-request", message: /package\.json beside the program/ });
    });
  }

  for (const range of [
    "file:../x",
    "link:x",
    "workspace:*",
    "git+ssh://x",
    "someone/repo",
    "http://127.0.0.1/x",
    "--x",
  ]) {
    it(`is refused where it is ${range}`, () => {
      assert.throws(() => withManifest({ dependencies: { a: range } }), { code: "bad-request" });
    });
  }

  for (const range of ["", "*", "latest", "^1.2.3-rc.1", ">=1 <2 || 3.x", "npm:@scope/b@^1", "1.0.0+build"]) {
    it(`may be ${JSON.stringify(range)}`, () => {
      assert.deepEqual(withManifest({ dependencies: { a: range } }), [`a@${range}`]);
    });
  }
});

describe("What a Python program asks for", () => {
  const asked = (block: string, before = ""): readonly string[] =>
    wantedBy({ language: "python", source: `${before}# /// script\n${block}\n# ///\nprint(1)\n` });

  it("is what the block says that PEP 723 describes", () => {
    const block =
      '# requires-python = ">=3.9"\n# dependencies = [\n#   "rich",\n#   "requests[socks]<3; python_version > \'3\'",\n# ]';
    assert.deepEqual(asked(block, "#!/usr/bin/env python3\n"), ["requests[socks]<3; python_version > '3'", "rich"]);
  });

  it("is nothing without one", () => {
    assert.deepEqual(wantedBy({ language: "python", source: "import requests\n" }), []);
    assert.deepEqual(wantedBy({ language: "python", source: '# /// other\n# dependencies = ["a"]\n# ///\n' }), []);
    assert.deepEqual(wantedBy({ language: "python", source: '# /// script\n# dependencies = ["a"]\n' }), []);
  });

  it("is read with any end of line", () => {
    const source = '# /// script\r\n# dependencies = ["a"]\r\n# ///\r\n';
    assert.deepEqual(wantedBy({ language: "python", source }), ["a"]);
  });

  for (const [block, why] of [
    ["# dependencies = [", /can't be read/],
    ["# dependencies = 3", /can't be read/],
    ['# dependencies = ["--index-url=x"]', /isn't a package/],
    ['# dependencies = ["a @ file:///etc"]', /isn't a package/],
    ['# dependencies = ["a\\n--pre"]', /isn't a package/],
    ['# dependencies = ["./a"]', /isn't a package/],
    ['# dependencies = ["a>=1 --pre"]', /isn't a package/],
    ['# dependencies = []\n# ///\n# /// script\n# dependencies = ["b"]', /two of them/],
  ] as const) {
    it(`is refused where the block says ${JSON.stringify(block)}`, () => {
      assert.throws(() => asked(block), { code: "bad-request", message: why });
    });
  }
});

describe("What a Go program asks for", () => {
  const asked = (source: string, modFile?: string): readonly string[] =>
    wantedBy({
      language: "go",
      files: [
        { path: "main.go", content: source },
        ...(modFile === undefined ? [] : [{ path: "go.mod", content: modFile }]),
      ],
    });

  for (const [source, paths] of [
    ['import "example.com/a"', ["example.com/a"]],
    ['import x "example.com/a/b"', ["example.com/a/b"]],
    ['import (\n\t"fmt"\n\t_ "example.com/b"\n\t. "example.com/a"\n)', ["example.com/a", "example.com/b"]],
    ["import `example.com/a`", ["example.com/a"]],
    ['import ("fmt"; "example.com/a")', ["example.com/a"]],
    ['import "fmt"\nimport "net/http"', []],
    ['// import "example.com/a"\n/*\nimport "example.com/a"\n*/', []],
    ['import "-x.com/a"\nimport "example.com/a b"', []],
  ] as const) {
    it(`by ${JSON.stringify(source)}`, () => {
      assert.deepEqual(asked(`package main\n${source}\n`), paths);
    });
  }

  it("is what its go.mod requires, and what it imports beside that and its own", () => {
    const modFile =
      "module example.com/own\n\ngo 1.21\n\nrequire example.com/one v1.2.3\n\nrequire (\n\texample.com/two/v2 v2.0.0 // indirect\n)\n";
    const source = 'package main\nimport (\n"example.com/own/part"\n"example.com/one/part"\n"example.com/three"\n)\n';
    assert.deepEqual(asked(source, modFile), [
      "example.com/one@v1.2.3",
      "example.com/three",
      "example.com/two/v2@v2.0.0",
    ]);
  });

  it("is refused where modules are replaced", () => {
    assert.throws(() => asked("package main\n", "module x\n\nreplace example.com/a => ../a\n"), {
      code: "bad-request",
      message: /replaces modules/,
    });
  });
});

describe("An installation", () => {
  const plan = planRun({ language: "go", packages: {}, source: 'package main\nimport "example.com/a"\n' });

  it("is not planned for a language without packages", () => {
    const bash = planRun({ language: "bash", packages: {}, source: "" });
    assert.throws(() => planInstallation(bash), {
      code: "bad-request",
      message: "ForgeAI can't install packages for Bash.",
    });
  });

  for (const index of ["", "x", "file:///etc", "ftp://127.0.0.1/", "https://127.0.0.1/\nregistry=x", "javascript:1"]) {
    it(`has no index ${JSON.stringify(index)}`, () => {
      const request = { language: "javascript", source: 'import "a"', packages: { index } };
      assert.throws(() => planInstallation(planRun(request)), { code: "bad-request", message: /is no address/ });
    });
  }

  it("tells the package manager of another index in a file, and what is trusted without TLS", () => {
    const source = '# /// script\n# dependencies = ["a"]\n# ///\n';
    const files = (index: string): string | undefined => {
      const installation = planInstallation(planRun({ language: "python", source, packages: { index } }));
      assert.ok(installation !== undefined);
      return textOf(filesOf(installation).find(({ path }) => path === "pip.conf")?.content);
    };
    assert.equal(
      files("http://127.0.0.1:8080/simple"),
      "[global]\nindex-url = http://127.0.0.1:8080/simple\ntrusted-host = 127.0.0.1:8080\n",
    );
    assert.equal(files("https://127.0.0.1/simple"), "[global]\nindex-url = https://127.0.0.1/simple\n");
  });

  it("moves all phases into its image, without a network, and keeps what the program is held to", () => {
    const installation = planInstallation(plan);
    assert.ok(installation !== undefined && plan.compile !== undefined);
    const { compile, run } = inImage(plan, installation, "forgeai/packages:x");
    for (const [step, before] of [
      [compile, plan.compile],
      [run, plan.run],
    ] as const) {
      assert.ok(step !== undefined);
      const { image, pull, environment, ...held } = step.shape;
      assert.deepEqual([image, pull], ["forgeai/packages:x", "never"]);
      assert.equal(environment["GOPROXY"], "off");
      assert.match(environment["GOFLAGS"] ?? "", /-buildvcs=false -modfile=/);
      const { image: _, pull: __, environment: ___, warm: ____, ...heldBefore } = before.shape;
      assert.deepEqual(held, heldBefore);
      assert.equal(held.network, "none");
    }
    assert.ok(compile?.job.files.some(({ path }) => path === "go.mod"));
    assert.ok(run.job.files.every(({ path }) => path !== "go.mod"));
  });
});
