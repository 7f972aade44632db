// @ts-check
"use strict";

const { createRequire } = require("node:module");
const { join } = require("node:path");
const { compileFunction, constants } = require("node:vm");
const { mapStacks } = require("./stacks.cjs");

/**
 * Runs a bundle as the CommonJS module that its entry is.
 * @param {string} root Folder that the bundle's packages are found from, and what the sources see as their folder.
 * @param {import("./bundle.cjs").Bundle} bundle
 * @returns {() => unknown} What the entry exports.
 */
exports.runBundle = function runBundle(root, { code, map }) {
    const file = join(root, "program.bundle.cjs");
    mapStacks(root, file, map);
    const module = { exports: () => undefined };
    const run = compileFunction(code, ["module", "exports", "require", "__dirname", "__filename"], {
        filename: file,
        importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
    });
    run(module, module.exports, createRequire(file), root, file);
    return module.exports;
};
