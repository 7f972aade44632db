// @ts-check
"use strict";

// What the Pulumi CLI starts (`main` in Pulumi.yaml): runs index.ts and all that it imports. Plain JavaScript, so that no
// run loads the TypeScript compiler.
const { currentBundle } = require("./loader/bundle.cjs");
const { runBundle } = require("./loader/run.cjs");

module.exports = async () => runBundle(__dirname, await currentBundle(__dirname))();
