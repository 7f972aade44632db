// @ts-check
"use strict";

const { Buffer } = require("node:buffer");
const { mkdirSync, readFileSync, renameSync, writeFileSync } = require("node:fs");
const { dirname, join, relative, sep } = require("node:path");
const { cachePath, hash, hashesOf, isPackaged, isUnchanged, originOf } = require("./origin.cjs");

/**
 * The program as one file.
 * @typedef {object} Bundle
 * @property {string} code A CommonJS module.
 * @property {string} map Its source map, of the project's own sources alone.
 */

/** @typedef {import("./origin.cjs").Origin} Origin */

/** Left to the SDK that runs the program: a second copy of it would not see the resources of the first one. */
exports.EXTERNAL = ["@pulumi/*", "@grpc/*", "google-protobuf"];

/** Files that decide how the sources are found and built; one that is missing counts too. */
const CONFIGURATION = [
    "loader/bundle.cjs",
    "loader/origin.cjs",
    "package.json",
    "tsconfig.json",
    "node_modules/.package-lock.json",
    "node_modules/esbuild/package.json",
];

/** What the source map names as the source of a package's code: a map of all packages takes 0.2 s to parse, in every run. */
exports.UNMAPPED = "unmapped";

/** Ends the content of a package's file. */
const UNMAPPED_COMMENT = `\n//# sourceMappingURL=data:application/json;base64,${Buffer.from(
    JSON.stringify({ version: 3, sources: [exports.UNMAPPED], mappings: "AAAA" }),
).toString("base64")}`;

/**
 * The bundle of index.ts and all that it imports. It is kept for the next run, which takes it only where every byte that it
 * was built from is still the same.
 * @param {string} root Folder of Pulumi.yaml.
 * @returns {Promise<Bundle>}
 * @throws RunError with the compiler's messages where the sources cannot be built.
 */
exports.currentBundle = async function currentBundle(root) {
    const kept = `${cachePath(root, "program")}.json`;
    return readKept(root, kept) ?? (await build(root, kept));
};

/**
 * @param {string} root
 * @param {string} kept
 * @returns {Bundle | undefined}
 */
function readKept(root, kept) {
    try {
        /** @type {Bundle & Origin} */
        const { files, folders, ...bundle } = JSON.parse(readFileSync(kept, "utf8"));
        return isUnchanged(root, { files, folders }) ? bundle : undefined;
    } catch {
        return undefined;
    }
}

/**
 * @param {string} root
 * @param {string} kept
 * @returns {Promise<Bundle>}
 */
async function build(root, kept) {
    const esbuild = require("esbuild");
    const files = hashesOf(root, CONFIGURATION);
    const { outputFiles } = await esbuild
        .build({
            absWorkingDir: root,
            entryPoints: ["index.ts"],
            outfile: join(root, "program.bundle.cjs"),
            bundle: true,
            platform: "node",
            target: "node20",
            format: "cjs",
            external: exports.EXTERNAL,
            sourcemap: "external",
            sourcesContent: false,
            plugins: [hashing(root, files)],
            write: false,
            logLevel: "silent",
        })
        .catch(refuse);
    const text = (/** @type {string} */ ending) => outputFiles.find(({ path }) => path.endsWith(ending))?.text ?? "";
    const bundle = { code: text(".cjs"), map: text(".map") };
    keep(kept, { ...bundle, ...originOf(root, files) });
    return bundle;
}

/**
 * Hashes the very bytes that go into the bundle.
 * @param {string} root
 * @param {Origin["files"]} files Where the hashes go.
 * @returns {import("esbuild").Plugin}
 */
const hashing = (root, files) => ({
    name: "hashing",
    setup({ onLoad }) {
        onLoad({ filter: /\.([cm]?js|ts|json)$/ }, ({ path }) => {
            const content = readFileSync(path);
            const file = relative(root, path).split(sep).join("/");
            files[file] = hash(content);
            if (file.endsWith(".json")) {
                return { contents: content, loader: "json" };
            }
            return isPackaged(file)
                ? { contents: content.toString("utf8") + UNMAPPED_COMMENT, loader: "js" }
                : { contents: content, loader: "ts" };
        });
    },
});

/**
 * Writes what the next run reads, whole or not at all: several runs may do it at once.
 * @param {string} kept
 * @param {Bundle & Origin} content
 */
function keep(kept, content) {
    try {
        mkdirSync(dirname(kept), { recursive: true });
        writeFileSync(`${kept}.${process.pid}`, JSON.stringify(content));
        renameSync(`${kept}.${process.pid}`, kept);
    } catch {
        // A checkout that cannot be written to: the next run builds again.
    }
}

/**
 * Only the compiler's messages, without a stack trace.
 * @param {unknown} error
 * @returns {never}
 */
function refuse(error) {
    const { RunError } = require("@pulumi/pulumi");
    throw new RunError(error instanceof Error ? error.message : String(error));
}
