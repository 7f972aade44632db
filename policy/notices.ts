import type { Metafile } from "esbuild";
import { copyFileSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";

/** A package whose code is in a bundle. */
interface Bundled {
    readonly name: string;
    readonly version: string;
    /** SPDX expression in its package.json. */
    readonly license: string;
    /** License and notice files, verbatim. */
    readonly texts: readonly string[];
}

/**
 * Writes the license files of the package: this project's own license, and the notices of bundled packages.
 * @param folder The package.
 */
export function writeTerms(metafiles: readonly Metafile[], folder: string): void {
    copyFileSync(path.join(folder, "..", "LICENSE"), path.join(folder, "LICENSE"));
    writeFileSync(path.join(folder, "bin", "THIRD-PARTY-NOTICES.txt"), thirdPartyNotices(metafiles, process.cwd()));
}

/** Names of license files in a package. */
const TERMS = /^(?:licen[cs]e|copying|notice)(?:[.-].*)?$/i;

/**
 * License texts of the packages that esbuild bundled, by name.
 * @param metafiles Metafile of each bundle.
 * @param root Folder to which its paths are relative.
 * @throws Error naming the packages without a license or its text: they must not be bundled.
 */
export function thirdPartyNotices(metafiles: readonly Metafile[], root: string): string {
    const folders = new Set(metafiles.flatMap((metafile) => bundledFolders(metafile)));
    const packages = [...folders].sort().map((folder) => read(path.resolve(root, folder)));
    const faults = packages.filter(({ license, texts }) => license === "" || texts.length === 0);
    if (faults.length > 0) {
        throw new Error(`Without a license or its text: ${faults.map(({ name }) => name).join(", ")}`);
    }
    return [
        "Code of these packages is part of the programs in this folder.",
        ...packages.map(({ name, version, license, texts }) =>
            [`${"=".repeat(80)}\n${name} ${version} (${license})`, ...texts.map((text) => text.trim())].join("\n\n"),
        ),
        "",
    ].join("\n\n");
}

/** Folders of the packages with bytes in an output; modules that were only inspected do not count. */
function bundledFolders({ outputs }: Metafile): string[] {
    return Object.values(outputs).flatMap(({ inputs }) =>
        Object.entries(inputs).flatMap(([file, { bytesInOutput }]) => {
            const folder = /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(file)?.[0];
            return folder === undefined || bytesInOutput === 0 ? [] : [folder];
        }),
    );
}

function read(folder: string): Bundled {
    const manifest: unknown = JSON.parse(readFileSync(path.join(folder, "package.json"), "utf8"));
    const field = (name: string): string => {
        const value: unknown = typeof manifest === "object" && manifest !== null ? Reflect.get(manifest, name) : "";
        return typeof value === "string" ? value : "";
    };
    const files = readdirSync(folder).filter((name) => TERMS.test(name));
    const texts = files.sort().map((name) => readFileSync(path.join(folder, name), "utf8"));
    return { name: field("name"), version: field("version"), license: field("license"), texts };
}
