import assert from "node:assert/strict";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { collect, createImages, type RunEvent, type RunRequest } from "../../src/index.ts";
import { askEngine } from "./support/engineCall.ts";
import { engine } from "./support/engine.ts";
import { eventuallyNone } from "./support/eventually.ts";
import { failureOf } from "./support/failures.ts";
import { OWN, PackageIndex } from "./support/packageIndex.ts";
import { collectRun, TEST_LABEL, testRunner } from "./support/runs.ts";

describe("a program that asks for packages", () => {
  let index: PackageIndex;

  before(async () => {
    index = await PackageIndex.start();
  });
  afterEach(async () => {
    await eventuallyNone("containers of the tests", async () => (await engine()).containers(TEST_LABEL));
  });
  after(async () => {
    await index[Symbol.asyncDispose]();
    const view = await engine();
    for (const name of await view.imagesWith(TEST_LABEL)) await view.removeImage(name);
  });

  const imageId = async (name: string): Promise<unknown> =>
    JSON.parse(await askEngine(await engine(), { path: `/images/${name}/json` })).Id;

  const javascript = (source: string, manifest?: object): RunRequest => ({
    language: "javascript",
    files: [
      { path: "main.js", content: source },
      ...(manifest === undefined ? [] : [{ path: "package.json", content: JSON.stringify(manifest) }]),
    ],
    packages: { index: index.npm },
  });

  const python = (block: string, code = ""): RunRequest => ({
    language: "python",
    source: `# /// script\n${block.replaceAll(/^/gm, "# ")}\n# ///\n${code}`,
    packages: { index: index.pip },
  });

  it("runs with what it imports, offline, and the second time nothing is installed", async () => {
    const request = javascript('import isOdd from "is-odd";\nconsole.log(isOdd(3));', { type: "module" });
    const first = await collectRun(request);
    assert.equal(first.stdout, "true\n", first.stderr);
    assert.ok((first.phases.installMs ?? 0) > 0);
    assert.equal(first.network, "none");
    // With what it needs itself.
    assert.match(String(first.packages), /^is-number@[\d.]+,is-odd@[\d.]+$/);
    const asked = index.asked.length;
    const second = await collectRun(request);
    assert.equal(second.stdout, "true\n", second.stderr);
    assert.deepEqual(second.packages, first.packages);
    assert.equal(second.phases.installMs, undefined);
    assert.equal(index.asked.length, asked);
  });

  it("says what is installed before it is, and what was before the program begins", async () => {
    await using runner = await testRunner();
    const events: RunEvent[] = [];
    const request = javascript('console.log(require("is-odd")(2));', { dependencies: { "is-odd": "3.0.1" } });
    for await (const event of runner.run(request)) events.push(event);
    const told = events.filter(({ type }) => type === "installing" || type === "started");
    assert.deepEqual(
      told.map((event) => [event.type, "packages" in event && event.packages]),
      [
        ["installing", ["is-odd@3.0.1"]],
        ["started", ["is-number@6.0.0", "is-odd@3.0.1"]],
      ],
    );
  });

  it("keeps one image for what is the same, however it was asked for", async () => {
    const view = await engine();
    const before = await view.imagesWith(TEST_LABEL);
    const request = javascript('require("is-odd")', { dependencies: { "is-odd": "~3.0.1" } });
    const { phases } = await collectRun(request);
    assert.ok((phases.installMs ?? 0) > 0);
    const added = (await view.imagesWith(TEST_LABEL)).filter((name) => !before.includes(name));
    // A second name, of an image that had two already.
    assert.equal(added.length, 1);
    const ids = await Promise.all([...before, ...added].map((name) => imageId(name)));
    assert.ok(ids.slice(0, -1).includes(ids.at(-1)));
  });

  it("gets them without their install scripts", async () => {
    const { stdout, stderr } = await collectRun(javascript(`console.log(require("${OWN.scripted}").hasRun);`));
    assert.equal(stdout, "false\n", stderr);
  });

  it("in TypeScript gets what it imports, and nothing for its types", async () => {
    const { stdout, stderr, packages } = await collectRun({
      language: "typescript",
      source: `import type { X } from "forgeai-test-no-such-package";\nimport isOdd from "is-odd";\nconst odd: boolean = isOdd(5);\nconsole.log(odd);`,
      packages: { index: index.npm },
    });
    assert.equal(stdout, "true\n", stderr);
    assert.equal(packages?.length, 2);
  });

  it("in Python gets what its first comment names", async () => {
    const result = await collectRun(
      python(`dependencies = ["${OWN.wheel}>=1"]`, "import forgeai_test_greet\nprint(forgeai_test_greet.hello())\n"),
    );
    assert.equal(result.stdout, "Hello from a wheel\n", result.stderr);
    assert.deepEqual(result.packages, [`${OWN.wheel}==1.0`]);
  });

  it("in Go gets the modules that it imports", async () => {
    const result = await collectRun({
      language: "go",
      source: `package main\n\nimport (\n\t"fmt"\n\n\t"${OWN.module}"\n)\n\nfunc main() { fmt.Println(greet.Hello()) }\n`,
      packages: { index: index.go },
    });
    assert.equal(result.stdout, "Hello from a module\n", result.stderr);
    assert.deepEqual(result.packages, [`${OWN.module}@v1.0.0`]);
  });

  it("in Go with a go.mod of its own gets what that requires", async () => {
    const result = await collectRun({
      language: "go",
      files: [
        {
          path: "main.go",
          content: `package main\n\nimport "fmt"\nimport greet "${OWN.module}"\n\nfunc main() { fmt.Println(greet.Hello()) }\n`,
        },
        { path: "go.mod", content: `module example.com/program\n\ngo 1.19\n\nrequire ${OWN.module} v1.0.0\n` },
      ],
      packages: { index: index.go },
    });
    assert.equal(result.stdout, "Hello from a module\n", result.stderr);
  });

  it("runs at once where it asks for none", async () => {
    const asked = index.asked.length;
    const result = await collectRun(javascript('console.log(require("node:os").EOL.length);'));
    assert.equal(result.stdout, "1\n", result.stderr);
    assert.equal(result.packages, undefined);
    assert.equal(index.asked.length, asked);
  });

  describe("that can't be had is refused, and the refusal says why", () => {
    const refused = async (request: RunRequest): Promise<readonly [string, string]> => {
      await using runner = await testRunner();
      const { code, message, tried } = await failureOf(collect(runner.run(request)));
      return [`${code}: ${message}`, tried.map(({ why }) => why).join()];
    };

    for (const { language, source } of [
      { language: "python", source: `# /// script\n# dependencies = ["${OWN.wheel}"]\n# ///\n` },
      { language: "javascript", source: 'import "is-odd";' },
      { language: "go", source: `package main\n\nimport _ "${OWN.module}"\n\nfunc main() {}\n` },
    ]) {
      it(`where the index of ${language} can't be reached`, async () => {
        // The port where nobody listens: that of an index that has just closed.
        const gone = await PackageIndex.start();
        const address = { python: gone.pip, javascript: gone.npm, go: gone.go }[language];
        await gone[Symbol.asyncDispose]();
        const [what] = await refused({ language, source, packages: { index: address } });
        assert.equal(
          what,
          "packages-unavailable: The packages that the program asks for could not be installed: their index can't be reached.",
        );
      });
    }

    it("where there is no such package", async () => {
      const [what, why] = await refused(javascript('require("forgeai-test-no-such-package");'));
      assert.match(what, /^packages-unavailable: .* doesn't have what was asked for/);
      assert.match(why, /forgeai-test-no-such-package/);
    });

    it("where it would have to be built, which runs its code", async () => {
      const [what, why] = await refused(python(`dependencies = ["${OWN.unbuilt}"]`));
      assert.match(what, /^packages-unavailable: .* doesn't have what was asked for/);
      assert.doesNotMatch(why, /Skipping page/);
    });

    it("where it wants another version of the language", async () => {
      const [what, why] = await refused(python(`requires-python = ">=4"\ndependencies = ["${OWN.wheel}"]`));
      assert.match(what, /written for another version of Python/);
      assert.match(why, /requires Python >=4, and this is 3\.14\.\d+/);
    });

    it("where the image has no package manager", async () => {
      const [what] = await refused({ ...javascript('require("is-odd");'), image: "python:3.14-alpine" });
      assert.match(what, /the image python:3\.14-alpine has no package manager for npm/);
    });

    for (const [what, dependency] of [
      ["a file", "file:../../etc"],
      ["an address", "http://127.0.0.1/x.tgz"],
      ["a repository", "github:someone/something"],
      ["an option", "--help"],
    ] as const) {
      it(`where it is ${what}`, async () => {
        const [failure] = await refused(javascript("", { dependencies: { it: dependency } }));
        assert.match(failure, /^bad-request: .* isn't a package of a registry/);
      });
    }
  });

  it("leaves images that are told of with what they hold, and can be removed to the byte", async () => {
    await collectRun(javascript('require("is-odd")', { dependencies: { "is-odd": "3.0.1" } }));
    const images = createImages({
      labels: Object.fromEntries([TEST_LABEL]),
      // Nothing is pulled here.
      ledgerFolder: join(tmpdir(), "forgeai-no-ledger"),
    });
    const { rows, addedBytes } = await images.list();
    const made = rows.filter(({ kind }) => kind === "packages");
    assert.ok(made.some(({ contents, isOurs }) => isOurs && contents === "is-number@6.0.0, is-odd@3.0.1"));
    assert.ok(addedBytes > 1000);
    const { kept, freedBytes } = await images.prune();
    assert.deepEqual([kept, freedBytes], [[], addedBytes]);
    assert.deepEqual(await (await engine()).imagesWith(TEST_LABEL), []);
    assert.equal((await images.list()).addedBytes, 0);
  });

  it("can be stopped while they are installed", async () => {
    const stop = new AbortController();
    await using runner = await testRunner();
    const request = javascript('require("is-odd")', { dependencies: { "is-odd": ">=3.0.0 <3.0.1" } });
    let last: RunEvent | undefined;
    for await (const event of runner.run(request, { signal: stop.signal })) {
      last = event;
      if (event.type === "installing") stop.abort();
    }
    assert.ok(last?.type === "ended");
    assert.equal(last.outcome, "cancelled");
  });
});
