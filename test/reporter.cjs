const { writeFileSync } = require("node:fs");
const Mocha = require("mocha");

const { EVENT_RUN_END, EVENT_TEST_FAIL } = Mocha.Runner.constants;

/** Prints like mocha's own `spec`, and leaves the counts where `npm test` adds them up. */
class CountingReporter extends Mocha.reporters.Spec {
  /**
   * @param {Mocha.Runner} runner
   * @param {Mocha.MochaOptions} options
   */
  constructor(runner, options) {
    super(runner, options);
    /** @type {string[]} */
    const failures = [];
    runner.on(EVENT_TEST_FAIL, (test) => failures.push(test.fullTitle()));
    runner.once(EVENT_RUN_END, () => {
      const file = process.env["FORGEAI_TEST_REPORT"];
      if (!file) return;
      const { passes, pending } = this.stats;
      writeFileSync(file, JSON.stringify({ passed: passes, failed: failures.length, pending, failures }));
    });
  }
}

module.exports = CountingReporter;
