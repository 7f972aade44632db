import type { Metafile } from "esbuild";
import { copyFileSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";

/** A package whose code is in a bundle. */
interface Bundled {
    readonly name: string;
    readonly version: string;
    /** SPDX expression of its package.json. */
    readonly license: string;
    /** License and notice files, as they are. */
    readonly texts: readonly string[];
}

/**
 * Puts the terms of the package into its folder: this project's own license, and the notices of what is bundled.
 * @param folder The package.
 */
export function writeTerms(metafiles: readonly Metafile[], folder: string): void {
    copyFileSync(path.join(folder, "..", "LICENSE"), path.join(folder, "LICENSE"));
    writeFileSync(path.join(folder, "bin", "THIRD-PARTY-NOTICES.txt"), thirdPartyNotices(metafiles, process.cwd()));
}

/** Names of the files that a package states its terms in. */
const TERMS = /^(?:licen[cs]e|copying|notice)(?:[.-].*)?$/i;

/**
 * License texts of the packages whose code esbuild put into bundles, one after another in the order of their names.
 * @param metafiles What esbuild recorded about each bundle.
 * @param root Folder that the paths in it start from.
 * @throws Error naming the packages that state no license, or have no text of it: they must not be bundled.
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

/** Folders of the packages that have bytes in an output: what the bundler has only looked at counts for nothing. */
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
