// @ts-check
"use strict";

const { SourceMap } = require("node:module");
const { join } = require("node:path");
const { UNMAPPED } = require("./bundle.cjs");

/**
 * Makes stack traces name the project's sources instead of the bundle, as `node --enable-source-maps` does. The SDK reads the
 * stack of every resource, so that each position is looked up once and kept; those of its promises, some thousand in a run,
 * it prints only when PULUMI_DEBUG_PROMISE_LEAKS is set.
 * @param {string} root Folder of the sources.
 * @param {string} file The bundle's name in stack traces.
 * @param {string} map The bundle's source map.
 */
exports.mapStacks = function mapStacks(root, file, map) {
    const sources = new SourceMap(JSON.parse(map));
    /** @type {Map<string, string>} */
    const known = new Map();

    /** @param {NodeJS.CallSite} frame */
    function positionOf(frame) {
        const [line, column] = [frame.getLineNumber() ?? 1, frame.getColumnNumber() ?? 1];
        const key = `${line}:${column}`;
        const position = known.get(key) ?? sourceOf(line, column) ?? `${file}:${key}`;
        known.set(key, position);
        return position;
    }

    /**
     * @param {number} line
     * @param {number} column
     */
    function sourceOf(line, column) {
        const entry = sources.findEntry(line - 1, column - 1);
        return "originalSource" in entry && !entry.originalSource.endsWith(UNMAPPED)
            ? `${join(root, entry.originalSource)}:${entry.originalLine + 1}:${entry.originalColumn + 1}`
            : undefined;
    }

    /** @param {NodeJS.CallSite} frame */
    const lineOf = (frame) =>
        frame.getFileName() === file ? String(frame).replace(/[^ (]*:\d+:\d+/, () => positionOf(frame)) : String(frame);

    const ofPromises = Boolean(process.env.PULUMI_DEBUG_PROMISE_LEAKS);
    Error.prepareStackTrace = (error, frames) =>
        !ofPromises && frames[0]?.getFunctionName() === "debuggablePromise"
            ? String(error)
            : [String(error), ...frames.map(lineOf)].join("\n    at ");
};
