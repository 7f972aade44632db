import { createHash } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PROJECT_ROOT } from "../project";

/** Executables by name, and the sources that each is bundled from. */
const plugins: Readonly<Record<string, string>> = {
    "pulumi-resource-kubernetes": "kubernetes/main.ts",
    "pulumi-resource-random": "random/main.ts",
    "pulumi-language-nodejs": "language/main.ts",
    "pulumi-analyzer-policy-nodejs": "language/analyzer.ts",
};

/** Name of the file that holds the hash of what the executables were built from. */
const STAMP_NAME = "plugins.sha256";

/** What a bundle can hold besides the packages: the folders and files of the project that the stand-ins import. */
const SOURCES = ["standins", "kube", "settings", "process", "terminal", "errors.ts", "project.ts", "shell.ts"];

/** All source files of the plugins by their paths from the project's root, sorted. */
export function sourceFiles(): string[] {
    return SOURCES.flatMap((source) =>
        source.endsWith(".ts")
            ? [source]
            : readdirSync(join(PROJECT_ROOT, source), { recursive: true, encoding: "utf8" })
                  .filter((name) => name.endsWith(".ts"))
                  .map((name) => join(source, name)),
    ).sort();
}

/** Hash of everything that decides what the executables contain: sources, versions of packages, and Node. */
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

/** A shell script that starts a bundle beside it with this Node, wherever the folder is. */
function launcher(bundle: string): string {
    return `#!/bin/sh\nexec "${process.execPath}" "$(dirname "$0")/${bundle}" "$@"\n`;
}

/** Writes a file so that a reader never sees half of it. */
function writeWhole(path: string, contents: string, mode: number): void {
    const temporary = `${path}.${process.pid}`;
    writeFileSync(temporary, contents);
    chmodSync(temporary, mode);
    renameSync(temporary, path);
}

/**
 * Builds the stand-in plugins as executables that the Pulumi CLI finds when the folder is on PATH, unless they are there
 * already, built from the same sources.
 * @param outDir Folder for the executables and their bundles; made if missing.
 * @returns Whether anything was built.
 * @throws Error when a source cannot be bundled, or the folder cannot be written.
 */
export async function buildPlugins(outDir: string): Promise<boolean> {
    const stamp = join(outDir, STAMP_NAME);
    const wanted = fingerprint();
    const isThere = Object.keys(plugins).every((name) => existsSync(join(outDir, name)));
    if (isThere && existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) {
        return false;
    }
    mkdirSync(outDir, { recursive: true });
    // Loaded here since it takes 30 ms that an up-to-date folder does not need.
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

// `tsx standins/build.ts FOLDER`: how the engine builds them, since nothing imports this workspace.
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
