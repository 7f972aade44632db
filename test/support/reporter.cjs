"use strict";

const { writeFileSync } = require("node:fs");
const { reporters, Runner } = require("mocha");

/** Mocha's spec reporter that also leaves its counts and what failed, as JSON, in the file that MOCHA_RESULT names. */
module.exports = class ResultReporter extends reporters.Spec {
    constructor(runner, options) {
        super(runner, options);
        const failures = [];
        runner.on(Runner.constants.EVENT_TEST_FAIL, (test, error) => {
            failures.push({ test: test.titlePath().join(" > "), message: String(error?.stack ?? error) });
        });
        runner.once(Runner.constants.EVENT_RUN_END, () => {
            const { passes: passed, pending: skipped } = this.stats;
            writeFileSync(process.env.MOCHA_RESULT, JSON.stringify({ passed, skipped, failures }));
        });
    }
};
