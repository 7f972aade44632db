// @ts-check
"use strict";

const { createHash } = require("node:crypto");
const { readdirSync, readFileSync } = require("node:fs");
const { dirname, join } = require("node:path");

/**
 * What a bundle was built from.
 * @typedef {object} Origin
 * @property {Record<string, string>} files Hash of every file that decides what is in the bundle, by its path from the root.
 * @property {Record<string, string>} folders Hash of the names in every folder that a source is in or below: a new file can
 * take the place of another one in an import.
 */

/**
 * Hash of content, as an {@link Origin} keeps it.
 * @param {string | Buffer} content
 */
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

/** Folders that hold no sources: packages, and what is built. */
const NO_SOURCES = ["node_modules", "bin"];

/**
 * Names in a folder, without hidden ones, packages and what is built.
 * @param {string} folder
 */
const namesIn = (folder) =>
    hashOf(() =>
        readdirSync(folder)
            .filter((name) => !name.startsWith(".") && !NO_SOURCES.includes(name))
            .join("\n"),
    );

/**
 * Whether a file belongs to an installed package.
 * @param {string} file
 */
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
 * Hashes of files as they are now; a missing one counts too.
 * @param {string} root Folder that all paths start from.
 * @param {readonly string[]} files
 * @returns {Origin["files"]}
 */
exports.hashesOf = (root, files) => Object.fromEntries(files.map((file) => [file, contentOf(join(root, file))]));

/**
 * The origin of a bundle that is built.
 * @param {string} root
 * @param {Origin["files"]} files Hashes of what went into it, read before or while it was built: what changes meanwhile is
 * noticed by the next run.
 * @returns {Origin}
 */
exports.originOf = (root, files) => ({
    files,
    folders: Object.fromEntries(
        foldersAbove(Object.keys(files)).map((folder) => [folder, namesIn(join(root, folder))]),
    ),
});

/**
 * Whether every byte that a bundle was built from is still the same.
 * @param {string} root
 * @param {Origin} origin
 */
exports.isUnchanged = (root, { files, folders }) =>
    Object.entries(files).every(([file, content]) => contentOf(join(root, file)) === content) &&
    Object.entries(folders).every(([folder, names]) => namesIn(join(root, folder)) === names);

/**
 * Path in the cache of what is built from a checkout. Worktrees may share the packages, so each has its own.
 * @param {string} root
 * @param {string} name
 */
exports.cachePath = (root, name) =>
    join(root, "node_modules", ".cache", `${name}-${createHash("sha256").update(root).digest("hex").slice(0, 8)}`);

exports.hash = hash;
exports.isPackaged = isPackaged;
