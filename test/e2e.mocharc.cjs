"use strict";

/** Some of the files that take longest: with all other suites before them they take as long as the rest. */
const LONG = ["docs", "interrupted", "migration", "removal", "spire"].map((name) => `test/e2e/${name}.test.ts`);

/** E2E_PART: `long` or `rest`, each with a cluster of its own, so that both can run at once. Default: all files. */
const part = process.env.E2E_PART;

module.exports = {
    require: ["tsx/cjs"],
    spec: part === "long" ? LONG : ["test/e2e/**/*.test.ts"],
    ignore: part === "rest" ? LONG : [],
    timeout: 1_200_000,
    exit: true,
};
