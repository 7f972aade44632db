import { build, type Plugin } from "esbuild";
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { basename, join, relative, sep } from "node:path";
import { hash, hashesOf, isPackaged, originOf } from "../loader/origin.cjs";

/** Root of the checkout. */
const ROOT = join(__dirname, "..");

/** Folder of the bundle; git-ignored. */
const BUNDLE = join(__dirname, "bin");

/** Entry of each command; see launch.mjs. */
const ENTRIES = { x0: "cli/main.ts", local: "local/main.ts", smoke: "smoke/main.ts" };

/** Files that decide how the sources are found and built. */
const CONFIGURATION = ["package.json", "tsconfig.json", "node_modules/.package-lock.json", "cli/build.ts"];

/** How long a chunk of an earlier build is kept (ms): a running command may still load it. */
const KEEP_MS = 3_600_000;

/** Defines what the bundled CommonJS modules need and an ES module does not have. */
const BANNER = `
import { createRequire as makeRequire } from "node:module";
const require = makeRequire(import.meta.url);
const __dirname = import.meta.dirname;
`;

/**
 * Replaces the base class of errors.ts. The SDK's own loads all of gRPC for every command; here no engine inspects the
 * error.
 */
const RUN_ERROR = "export class RunError extends Error { __pulumiRunError = true; }";

/** Leaves Pulumi's SDK out of the bundle, since it reads files next to its own: it is required when used. */
const requiredSdk: Plugin = {
    name: "required-sdk",
    setup(building) {
        building.onResolve({ filter: /^@pulumi\// }, ({ path, namespace }) => {
            return namespace === "sdk" ? { path, external: true } : { path, namespace: "sdk" };
        });
        building.onLoad({ filter: /.*/, namespace: "sdk" }, ({ path }) => ({
            contents:
                path === "@pulumi/pulumi/errors" ? RUN_ERROR : `module.exports = require(${JSON.stringify(path)});`,
        }));
    },
};

/** Replaces a file atomically: a starting command never reads a partial file. */
async function replaceFile(file: string, contents: string | Uint8Array): Promise<void> {
    const fresh = `${file}.${process.pid}`;
    await writeFile(fresh, contents);
    await rename(fresh, file);
}

/**
 * Hashes the very bytes of the project's own sources that go into the bundle.
 * @param files Where the hashes go, by path from the root.
 */
const hashing = (files: Record<string, string>): Plugin => ({
    name: "hashing",
    setup(building) {
        building.onLoad({ filter: /\.(ts|json)$/, namespace: "file" }, async ({ path }) => {
            const file = relative(ROOT, path).split(sep).join("/");
            if (isPackaged(file)) {
                return undefined;
            }
            const contents = await readFile(path);
            files[file] = hash(contents);
            return { contents, loader: file.endsWith(".json") ? "json" : "ts" };
        });
    },
});

/**
 * Bundles the commands, with a chunk for the modules that only one of them loads. `origin.json` has what they were built
 * from, by which launch.mjs detects that the bundle is out of date.
 */
async function main(): Promise<void> {
    const files = hashesOf(ROOT, CONFIGURATION);
    const { outputFiles } = await build({
        absWorkingDir: ROOT,
        entryPoints: ENTRIES,
        outdir: BUNDLE,
        outExtension: { ".js": ".mjs" },
        bundle: true,
        splitting: true,
        format: "esm",
        platform: "node",
        target: "node20",
        logLevel: "warning",
        // Loaded when a program is built; it has a binary beside it.
        external: ["esbuild"],
        plugins: [requiredSdk, hashing(files)],
        banner: { js: BANNER },
        write: false,
    });
    await mkdir(BUNDLE, { recursive: true });
    // The entries come last, and after them what they were built from.
    const entries = Object.keys(ENTRIES).map((name) => `${name}.mjs`);
    const isEntry = (path: string) => entries.includes(basename(path));
    const ordered = [...outputFiles].sort((a, b) => Number(isEntry(a.path)) - Number(isEntry(b.path)));
    for (const { path, contents } of ordered) {
        await replaceFile(path, contents);
    }
    await replaceFile(join(BUNDLE, "origin.json"), JSON.stringify(originOf(ROOT, files)));
    const current = [...outputFiles.map(({ path }) => basename(path)), "origin.json"];
    for (const name of await readdir(BUNDLE)) {
        const file = join(BUNDLE, name);
        // Another build may be replacing its files.
        const written = await stat(file).catch(() => undefined);
        if (!current.includes(name) && written !== undefined && Date.now() - written.mtimeMs > KEEP_MS) {
            await rm(file, { force: true });
        }
    }
}

void main().catch((error: unknown) => {
    // esbuild has already printed the errors.
    console.error(error instanceof Error ? (error.message.split("\n")[0] ?? "") : error);
    process.exitCode = 1;
});
