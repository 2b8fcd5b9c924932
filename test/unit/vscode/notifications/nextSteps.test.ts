import assert from "node:assert/strict";
import type { Problem } from "../../../../src/language/problem.ts";
import { type FailureCode, RunFailure } from "../../../../src/run/failure.ts";
import { DEFAULT_LIMITS, type Limits } from "../../../../src/run/limits.ts";
import { decideEnding, type Exit, type Outcome } from "../../../../src/run/outcome.ts";
import {
  type NextStep,
  nextStepsAfter,
  nextStepsAfterFailure,
} from "../../../../src/vscode/notifications/nextSteps.ts";
import { BadSetting } from "../../../../src/vscode/settings/settingValues.ts";

const MEBIBYTE = 1024 * 1024;

const problem = (severity: Problem["severity"], line: number): Problem => ({
  file: "main.py",
  line,
  severity,
  message: "The message.",
  related: [],
});

const titles = (steps: readonly NextStep[]): string[] => steps.map(({ title }) => title);

const RAISED: readonly { remedy: Partial<Limits>; buttons: readonly string[]; settings: readonly string[] }[] = [
  { remedy: { timeoutMs: 60_000 }, buttons: ["Run Again with 60 s", "Open Setting"], settings: ["timeout"] },
  {
    remedy: { memoryBytes: 256 * MEBIBYTE },
    buttons: ["Run Again with 256 MB", "Open Setting"],
    settings: ["memory"],
  },
  { remedy: { processes: 128 }, buttons: ["Run Again with 128 Processes", "Open Setting"], settings: ["processes"] },
  {
    remedy: { diskBytes: 128 * MEBIBYTE, memoryBytes: 192 * MEBIBYTE },
    buttons: ["Run Again with 128 MB Disk, 192 MB Memory", "Open Settings"],
    settings: ["memory", "disk"],
  },
  {
    remedy: { outputBytes: 20 * MEBIBYTE },
    buttons: ["Run Again with 20 MB Output", "Open Setting"],
    settings: ["output.limit"],
  },
];

/** Every outcome, by what is offered after it; the type leaves none out. */
const KINDS: Readonly<Record<Outcome, "nothing" | "cause" | "limit">> = {
  ok: "nothing",
  cancelled: "nothing",
  failed: "cause",
  signalled: "cause",
  "compile-failed": "cause",
  timeout: "limit",
  "memory-limit": "limit",
  "process-limit": "limit",
  "disk-limit": "limit",
  "output-limit": "limit",
};

const isOutcome = (name: string): name is Outcome => Object.hasOwn(KINDS, name);

const outcomesOf = (wanted: "nothing" | "cause" | "limit"): Outcome[] =>
  Object.keys(KINDS)
    .filter(isOutcome)
    .filter((outcome) => KINDS[outcome] === wanted);

describe("What is offered after a run", () => {
  for (const outcome of outcomesOf("nothing")) {
    it(`is nothing where it ended as ${outcome}`, () => {
      assert.deepEqual(nextStepsAfter({ outcome, problems: [problem("warning", 1)] }), []);
    });
  }

  for (const outcome of outcomesOf("cause")) {
    it(`is the first error where it ended as ${outcome} and one was found`, () => {
      const [warning, error, later] = [problem("warning", 1), problem("error", 2), problem("error", 3)];
      assert.deepEqual(nextStepsAfter({ outcome, problems: [warning, error, later] }), [
        { kind: "show-problem", title: "Show Problem", problem: error },
      ]);
      assert.deepEqual(nextStepsAfter({ outcome, problems: [warning] }), [
        { kind: "show-problem", title: "Show Problem", problem: warning },
      ]);
    });

    it(`is the output where it ended as ${outcome} and no problem was found`, () => {
      assert.deepEqual(nextStepsAfter({ outcome, problems: [] }), [{ kind: "show-output", title: "Show Output" }]);
    });
  }

  for (const outcome of outcomesOf("limit")) {
    for (const { remedy, buttons, settings } of RAISED) {
      it(`is "${buttons.join('", "')}" where it ended as ${outcome} and that helps`, () => {
        const steps = nextStepsAfter({ outcome, remedy, problems: [problem("error", 1)] });
        assert.deepEqual(titles(steps), buttons);
        const [again, open] = steps;
        assert.deepEqual(again?.kind === "run-again" && again.limits, remedy);
        assert.deepEqual(open?.kind === "open-settings" && open.settings, settings);
      });
    }

    it(`is the output where it ended as ${outcome} and no limit of ours would help`, () => {
      assert.deepEqual(titles(nextStepsAfter({ outcome, problems: [] })), ["Show Output"]);
    });
  }

  const exit: Exit = { exitCode: 1, signal: null, runMs: 1 };
  const shortages: readonly Exit[] = [
    { ...exit, stopped: "timeout" },
    { ...exit, stopped: "output-limit" },
    { ...exit, refused: { memory: "it said so" } },
    { ...exit, refused: { processes: "it said so" } },
    { ...exit, refused: { disk: "it said so" } },
  ];
  for (const shortage of shortages) {
    const { outcome } = decideEnding(shortage, DEFAULT_LIMITS, "container");

    it(`doubles the limit behind ${outcome}, and doubles it again the next time`, () => {
      const again = (limits: Limits): Limits => {
        const [step] = nextStepsAfter({ ...decideEnding(shortage, limits, "container"), problems: [] });
        assert.equal(step?.kind, "run-again");
        return { ...limits, ...step.limits };
      };
      const [first, second] = [again(DEFAULT_LIMITS), again(again(DEFAULT_LIMITS))];
      const changed = (["timeoutMs", "outputBytes", "processes", "diskBytes", "memoryBytes"] as const).find(
        (limit) => first[limit] !== DEFAULT_LIMITS[limit],
      );
      assert.ok(changed !== undefined);
      assert.equal(first[changed], DEFAULT_LIMITS[changed] * 2);
      assert.equal(second[changed], DEFAULT_LIMITS[changed] * 4);
    });
  }
});

/** Every failure, with what is offered after it where there is an engine here that can be started; the type leaves none out. */
const AFTER_FAILURE: Readonly<Record<FailureCode, readonly string[]>> = {
  "engine-unavailable": ["Start Docker", "Try Again", "Show Output"],
  "engine-lost": ["Try Again", "Show Output"],
  "image-unavailable": ["Try Again", "Show Output"],
  "packages-unavailable": ["Try Again", "Show Output"],
  "start-failed": ["Try Again", "Show Output"],
  busy: ["Try Again", "Show Output"],
  "isolation-unavailable": ["Open Setting", "Show Output"],
  "bad-request": ["Show Output"],
  "unknown-language": ["Change Language"],
};

const isCode = (name: string): name is FailureCode => Object.hasOwn(AFTER_FAILURE, name);

const failureOf = (code: FailureCode): RunFailure =>
  new RunFailure({ code, message: "The message.", hint: "The hint." });

describe("What is offered where files were missed that lie beside", () => {
  const ended = { outcome: "failed", problems: [problem("error", 1)] } as const;

  it("is to include them and run again, before all else", () => {
    const [first, second] = nextStepsAfter(ended, ["helper.py"]);
    assert.deepEqual(first, { kind: "include", title: "Include helper.py and Run Again", paths: ["helper.py"] });
    assert.equal(second?.title, "Show Problem");
  });

  it("counts them where there are several", () => {
    const [first] = nextStepsAfter(ended, ["a.go", "b.go", "c.go"]);
    assert.equal(first?.title, "Include a.go and 2 More and Run Again");
  });
});

describe("What is offered where packages were missed that could be installed", () => {
  const ended = { outcome: "failed", problems: [problem("error", 1)] } as const;

  it("is to install them and run again, after files that lie beside", () => {
    assert.deepEqual(titles(nextStepsAfter(ended, ["helper.js"], ["is-odd@latest", "b@1"])), [
      "Include helper.js and Run Again",
      "Install is-odd@latest and 1 More and Run Again",
      "Show Problem",
    ]);
    assert.deepEqual(nextStepsAfter(ended, [], ["is-odd@latest"])[0], {
      kind: "install",
      title: "Install is-odd@latest and Run Again",
      packages: ["is-odd@latest"],
    });
  });
});

describe("What is offered after a failure", () => {
  for (const code of Object.keys(AFTER_FAILURE).filter(isCode)) {
    it(`is "${AFTER_FAILURE[code].join('", "')}" for ${code}`, () => {
      assert.deepEqual(titles(nextStepsAfterFailure(failureOf(code), "the command")), AFTER_FAILURE[code]);
    });
  }

  it("is the command that starts the engine, as it is", () => {
    assert.deepEqual(nextStepsAfterFailure(failureOf("engine-unavailable"), "the command")[0], {
      kind: "start-engine",
      title: "Start Docker",
      command: "the command",
    });
  });

  it("is no start of an engine that can't be started from here", () => {
    assert.deepEqual(titles(nextStepsAfterFailure(failureOf("engine-unavailable"), undefined)), [
      "Try Again",
      "Show Output",
    ]);
  });

  it("is the setting that is to blame", () => {
    assert.deepEqual(nextStepsAfterFailure(new BadSetting("disk", "much", "less"), undefined), [
      { kind: "open-settings", title: "Open Setting", settings: ["disk"] },
    ]);
  });
});
