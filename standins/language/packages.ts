import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { isMap, text } from "../protocol/values";
import type { PropertyMap } from "../protocol/values";

/** A plugin that an installed SDK package requires. */
interface RequiredPackage {
    /** Name of the plugin, e.g. `kubernetes`. */
    name: string;
    /** Version of the plugin, with a leading `v`. */
    version: string;
    /** Server to download the plugin from; empty for the default. */
    server: string;
}

/** Content of a package.json; an empty map if it cannot be read. */
function readManifest(folder: string): PropertyMap {
    try {
        const parsed: unknown = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
        return isMap(parsed) ? parsed : {};
    } catch {
        return {};
    }
}

/** The plugin that a package's manifest requires in its `pulumi` section; `undefined` for none. */
export function requiredBy(manifest: PropertyMap): RequiredPackage | undefined {
    const section = manifest.pulumi;
    if (!isMap(section) || section.resource !== true) {
        return undefined;
    }
    const version = text(section, "version") || text(manifest, "version");
    const name = text(section, "name") || text(manifest, "name").replace(/^@pulumi\//, "");
    return { name, version: version.startsWith("v") ? version : `v${version}`, server: text(section, "server") };
}

/** Folders of the packages in a `node_modules`, including scoped and nested packages. */
function packageFolders(modules: string): string[] {
    if (!existsSync(modules)) {
        return [];
    }
    const names = readdirSync(modules, { withFileTypes: true }).filter((entry) => !entry.name.startsWith("."));
    return names.flatMap(({ name }) => {
        const folder = join(modules, name);
        const own = name.startsWith("@") ? packageFolders(folder) : [folder];
        return [...own, ...own.flatMap((each) => packageFolders(join(each, "node_modules")))];
    });
}

/** The plugins that the packages installed for a program require. */
export function requiredPackages(programDirectory: string): RequiredPackage[] {
    const found = packageFolders(join(programDirectory, "node_modules")).map((folder) =>
        requiredBy(readManifest(folder)),
    );
    const unique = new Map(
        found.filter((each) => each !== undefined).map((each) => [`${each.name}@${each.version}`, each]),
    );
    return [...unique.values()];
}
