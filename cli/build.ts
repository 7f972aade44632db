import { build, type Plugin } from "esbuild";
import { mkdir, readdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";

/** Root of the checkout. */
const ROOT = join(__dirname, "..");

/** Folder of the bundle; git-ignored. */
const BUNDLE = join(__dirname, "bin");

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
 * Bundles the command, with a chunk for the modules that only one subcommand loads. `sources.json` lists the sources
 * with size and time, from which x0.mjs detects that the bundle is out of date.
 */
async function main(): Promise<void> {
    const { outputFiles, metafile } = await build({
        absWorkingDir: ROOT,
        entryPoints: { x0: join(__dirname, "main.ts") },
        outdir: BUNDLE,
        outExtension: { ".js": ".mjs" },
        bundle: true,
        splitting: true,
        format: "esm",
        platform: "node",
        target: "node20",
        logLevel: "warning",
        plugins: [requiredSdk],
        banner: { js: BANNER },
        metafile: true,
        write: false,
    });
    const sources = Object.keys(metafile.inputs).filter((file) => !/^sdk:|node_modules\//.test(file));
    const stamps = await Promise.all(
        [...sources, "package-lock.json", "cli/build.ts"].sort().map(async (file) => {
            const { size, mtimeMs } = await stat(join(ROOT, file));
            return [file, size, mtimeMs];
        }),
    );
    await mkdir(BUNDLE, { recursive: true });
    // The entry comes last, and the list of its sources after it.
    const ordered = [...outputFiles].sort(
        (a, b) => Number(a.path.endsWith("x0.mjs")) - Number(b.path.endsWith("x0.mjs")),
    );
    for (const { path, contents } of ordered) {
        await replaceFile(path, contents);
    }
    await replaceFile(join(BUNDLE, "sources.json"), JSON.stringify(stamps));
    const written = [...outputFiles.map(({ path }) => basename(path)), "sources.json"];
    for (const name of await readdir(BUNDLE)) {
        const file = join(BUNDLE, name);
        if (!written.includes(name) && Date.now() - (await stat(file)).mtimeMs > KEEP_MS) {
            await rm(file, { force: true });
        }
    }
}

void main().catch((error: unknown) => {
    // esbuild has already printed the errors.
    console.error(error instanceof Error ? (error.message.split("\n")[0] ?? "") : error);
    process.exitCode = 1;
});
