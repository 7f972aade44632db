// @ts-check
"use strict";

const { Buffer } = require("node:buffer");
const { createHash } = require("node:crypto");
const { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } = require("node:fs");
const { dirname, join, relative, sep } = require("node:path");

/**
 * The program as one file.
 * @typedef {object} Bundle
 * @property {string} code A CommonJS module.
 * @property {string} map Its source map, of the project's own sources alone.
 */

/**
 * What a bundle was built from.
 * @typedef {object} Origin
 * @property {Record<string, string>} files Hash of every file that decides what is in the bundle, by its path from the root.
 * @property {Record<string, string>} folders Hash of the names in every folder that a source is in or below: a new file can
 * take the place of another one in an import.
 */

/** Left to the SDK that runs the program: a second copy of it would not see the resources of the first one. */
const EXTERNAL = ["@pulumi/*", "@grpc/*", "google-protobuf"];

/** Files that decide how the sources are found and built; one that is missing counts too. */
const CONFIGURATION = [
    "loader/bundle.cjs",
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

/** @param {string | Buffer} content */
const hash = (content) => createHash("sha256").update(content).digest("base64");

/**
 * Hash of something that is read; empty where it cannot be read.
 * @param {() => string | Buffer} read
 */
function hashOf(read) {
    try {
        return hash(read());
    } catch {
        return "";
    }
}

/** @param {string} file */
const contentOf = (file) => hashOf(() => readFileSync(file));

/** Names in a folder. Hidden ones and installed packages are no sources.
 * @param {string} folder */
const namesIn = (folder) =>
    hashOf(() =>
        readdirSync(folder)
            .filter((name) => !name.startsWith(".") && name !== "node_modules")
            .join("\n"),
    );

/**
 * The bundle of index.ts and all that it imports. It is kept for the next run, which takes it only where every byte that it
 * was built from is still the same.
 * @param {string} root Folder of Pulumi.yaml.
 * @returns {Promise<Bundle>}
 * @throws RunError with the compiler's messages where the sources cannot be built.
 */
exports.currentBundle = async function currentBundle(root) {
    const kept = join(root, "node_modules", ".cache", "program.json");
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
        const unchanged =
            Object.entries(files).every(([file, content]) => contentOf(join(root, file)) === content) &&
            Object.entries(folders).every(([folder, names]) => namesIn(join(root, folder)) === names);
        return unchanged ? bundle : undefined;
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
    /** @type {Origin["files"]} */
    const files = Object.fromEntries(CONFIGURATION.map((file) => [file, contentOf(join(root, file))]));
    const { outputFiles } = await esbuild
        .build({
            absWorkingDir: root,
            entryPoints: ["index.ts"],
            outfile: join(root, "program.bundle.cjs"),
            bundle: true,
            platform: "node",
            target: "node20",
            format: "cjs",
            external: EXTERNAL,
            sourcemap: "external",
            sourcesContent: false,
            plugins: [hashing(root, files)],
            write: false,
            logLevel: "silent",
        })
        .catch(refuse);
    const text = (/** @type {string} */ ending) => outputFiles.find(({ path }) => path.endsWith(ending))?.text ?? "";
    const bundle = { code: text(".cjs"), map: text(".map") };
    const folders = Object.fromEntries(
        foldersAbove(Object.keys(files)).map((folder) => [folder, namesIn(join(root, folder))]),
    );
    keep(kept, { ...bundle, files, folders });
    return bundle;
}

/**
 * Hashes the very bytes that go into the bundle: a file that changes meanwhile is noticed by the next run.
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

/** @param {string} file */
const isPackaged = (file) => file.split("/").includes("node_modules");

/**
 * Folders of the sources and all above them, up to the root.
 * @param {string[]} files
 */
function foldersAbove(files) {
    const folders = new Set(["."]);
    for (const file of files.filter((each) => !isPackaged(each))) {
        for (let folder = dirname(file); folder !== "."; folder = dirname(folder)) {
            folders.add(folder);
        }
    }
    return [...folders];
}

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
