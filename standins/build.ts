import { build } from "esbuild";
import { chmodSync, mkdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Entry point of each executable by name. */
const plugins: Readonly<Record<string, string>> = {
    "pulumi-resource-kubernetes": "kubernetes/main.ts",
    "pulumi-resource-random": "random/main.ts",
    "pulumi-language-nodejs": "language/main.ts",
    "pulumi-analyzer-policy-nodejs": "language/analyzer.ts",
};

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
 * Builds the stand-in plugins as executables that the Pulumi CLI finds if the folder is on PATH.
 * @param outDir Folder for the executables and their bundles; created if it does not exist.
 * @throws Error if a source cannot be bundled, or the folder is not writable.
 */
export async function buildPlugins(outDir: string): Promise<void> {
    mkdirSync(outDir, { recursive: true });
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
}

// The engine runs `tsx standins/build.ts FOLDER`, because nothing imports this workspace; see engine/standIns.ts.
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
