import { LANGUAGES } from "../../src/language/catalog.ts";
import { findToolchain } from "../../src/local/toolchain.ts";
import type { RunResult } from "../../src/index.ts";
import { goRows } from "./endings/goRows.ts";
import { javascriptRows } from "./endings/javascriptRows.ts";
import { pythonRows } from "./endings/pythonRows.ts";
import { assertRow, type Row, rowsOf, runRow, type Where } from "./endings/row.ts";
import { testEnvironment } from "./support/environment.ts";

const AT_A_TIME = 4;

const ALL_MS = 180_000;

interface Case {
  readonly row: Row;
  readonly where: Where;
  /** Set when it has run. */
  end?: PromiseSettledResult<RunResult>;
}

/** The older Go comes with its standard library compiled: the newer one compiles it for each program anew. */
const GO: Readonly<Record<Where, string>> = { container: "go@1.19", gvisor: "go@1.19", local: "go" };

function casesOf(where: Where): Case[] {
  const rows = [
    ...rowsOf(where, { language: "python", program: "" }, pythonRows),
    ...rowsOf(where, { language: "javascript", program: "" }, javascriptRows),
    ...rowsOf(where, { language: GO[where], program: "" }, goRows),
  ];
  return rows.map((row) => ({ row, where }));
}

const cases = [...casesOf("container"), ...casesOf("gvisor"), ...casesOf("local")];

/** The languages whose programs can be run here without a container. Their devices and signals are Linux's. */
async function findLocalLanguages(): Promise<ReadonlySet<string>> {
  if (process.platform !== "linux") return new Set();
  const found = await Promise.all(LANGUAGES.map((language) => findToolchain(language)));
  return new Set(LANGUAGES.filter((_, index) => found[index] !== undefined).map(({ id }) => id));
}

async function runCase(each: Case): Promise<void> {
  [each.end] = await Promise.allSettled([runRow(each.row, each.where)]);
}

function check({ row, where, end }: Case): void {
  if (end?.status !== "fulfilled") throw end?.reason ?? new Error("It did not run.");
  assertRow(row, where, end.value);
}

/**
 * Whether it depends on the clock, and so on what else the machine does, that it ends as it should. Under gVisor that the engine hears
 * of a lack of memory before the sandbox is gone, too.
 */
const isTimed = ({ row, where }: Case): boolean =>
  ["timeout", "cancelled", "output-limit"].includes(row.outcome) ||
  (where === "gvisor" && row.outcome === "memory-limit");

function isAsExpected(each: Case): boolean {
  try {
    check(each);
    return true;
  } catch {
    return false;
  }
}

describe("the end of a program", () => {
  let localLanguages: ReadonlySet<string> = new Set();
  const canRun = ({ row, where }: Case): boolean =>
    ({ container: true, gvisor: testEnvironment().gvisor, local: localLanguages.has(row.language) })[where];

  before("runs all programs", async function run() {
    this.timeout(ALL_MS);
    localLanguages = await findLocalLanguages();
    const wanted = cases.filter(canRun);
    const waiting = wanted.values();
    const runNext = async (): Promise<void> => {
      for (const each of waiting) await runCase(each);
    };
    await Promise.all(Array.from({ length: AT_A_TIME }, runNext));
    // By itself, what the others may have kept waiting.
    for (const each of wanted) if (isTimed(each) && !isAsExpected(each)) await runCase(each);
  });

  for (const each of cases) {
    const { row, where } = each;
    it(`that ${row.title}: ${row.language.split("@")[0]}, ${where}`, function test() {
      if (!canRun(each)) this.skip();
      check(each);
    });
  }
});
