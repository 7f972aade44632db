"use strict";

const { writeFileSync } = require("node:fs");
const { reporters, Runner } = require("mocha");

/** Mocha's spec reporter that also leaves its counts, as JSON, in the file that MOCHA_COUNTS names. */
module.exports = class CountingReporter extends reporters.Spec {
    constructor(runner, options) {
        super(runner, options);
        runner.once(Runner.constants.EVENT_RUN_END, () => {
            const { passes: passed, failures: failed, pending: skipped } = this.stats;
            writeFileSync(process.env.MOCHA_COUNTS, JSON.stringify({ passed, failed, skipped }));
        });
    }
};
