import { createHash } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PROJECT_ROOT } from "../project";

/** Entry point of each executable by name. */
const plugins: Readonly<Record<string, string>> = {
    "pulumi-resource-kubernetes": "kubernetes/main.ts",
    "pulumi-resource-random": "random/main.ts",
    "pulumi-language-nodejs": "language/main.ts",
    "pulumi-analyzer-policy-nodejs": "language/analyzer.ts",
};

/** Name of the file with the hash of the inputs of the build. */
const STAMP_NAME = "plugins.sha256";

/** Folders and files of the project that the stand-ins import. */
const SOURCES = ["standins", "kube", "settings", "process", "terminal", "errors.ts", "project.ts", "shell.ts"];

/** Sorted paths of all source files of the plugins, relative to the project root. */
export function sourceFiles(): string[] {
    return SOURCES.flatMap((source) =>
        source.endsWith(".ts")
            ? [source]
            : readdirSync(join(PROJECT_ROOT, source), { recursive: true, encoding: "utf8" })
                  .filter((name) => name.endsWith(".ts"))
                  .map((name) => join(source, name)),
    ).sort();
}

/**
 * Hash of everything that determines the content of the executables: sources, package versions, and the path of
 * Node.js.
 */
function fingerprint(): string {
    const hash = createHash("sha256");
    for (const file of [...sourceFiles(), "package-lock.json"]) {
        hash.update(file)
            .update("\0")
            .update(readFileSync(join(PROJECT_ROOT, file)))
            .update("\0");
    }
    return hash.update(process.execPath).digest("hex");
}

/** Shell script that starts a bundle in its own folder with this Node.js; the folder can be moved. */
function launcher(bundle: string): string {
    return `#!/bin/sh\nexec "${process.execPath}" "$(dirname "$0")/${bundle}" "$@"\n`;
}

/** Writes a file atomically. */
function writeWhole(path: string, contents: string, mode: number): void {
    const temporary = `${path}.${process.pid}`;
    writeFileSync(temporary, contents);
    chmodSync(temporary, mode);
    renameSync(temporary, path);
}

/**
 * Builds the stand-in plugins as executables that the Pulumi CLI finds if the folder is on PATH, unless the folder
 * already contains them, built from the same sources.
 * @param outDir Folder for the executables and their bundles; created if it does not exist.
 * @returns Whether anything was built.
 * @throws Error if a source cannot be bundled, or the folder is not writable.
 */
export async function buildPlugins(outDir: string): Promise<boolean> {
    const stamp = join(outDir, STAMP_NAME);
    const wanted = fingerprint();
    const isThere = Object.keys(plugins).every((name) => existsSync(join(outDir, name)));
    if (isThere && existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) {
        return false;
    }
    mkdirSync(outDir, { recursive: true });
    // Loaded on demand: loading takes 30 ms, and an up-to-date folder does not need it.
    const { build } = await import("esbuild");
    for (const [name, source] of Object.entries(plugins)) {
        const bundle = `${name}.js`;
        const result = await build({
            entryPoints: [join(__dirname, source)],
            bundle: true,
            platform: "node",
            format: "cjs",
            target: "node20",
            minifySyntax: true,
            minifyWhitespace: true,
            legalComments: "linked",
            logLevel: "silent",
            write: false,
            outfile: join(outDir, bundle),
        });
        for (const file of result.outputFiles) {
            writeWhole(file.path, file.text, 0o644);
        }
        writeWhole(join(outDir, name), launcher(bundle), 0o755);
    }
    writeWhole(stamp, wanted, 0o644);
    return true;
}

// The engine runs `tsx standins/build.ts FOLDER`, because nothing imports this workspace.
if (require.main === module) {
    const [folder] = process.argv.slice(2);
    if (folder === undefined) {
        throw new Error("usage: tsx standins/build.ts FOLDER");
    }
    buildPlugins(folder).catch((error: unknown) => {
        console.error(error);
        process.exitCode = 1;
    });
}
