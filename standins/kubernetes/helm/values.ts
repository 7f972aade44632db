import { readFile } from "node:fs/promises";
import { parse } from "yaml";
import { isMap, reveal, Secret, text } from "../../protocol/values";
import type { PropertyMap, Value } from "../../protocol/values";

/** Puts values over others, map by map, as helm does with several value files. */
export function mergeValues(base: PropertyMap, over: PropertyMap): PropertyMap {
    const result = { ...base };
    for (const [name, value] of Object.entries(over)) {
        const present = result[name];
        result[name] = isMap(present) && isMap(value) ? mergeValues(present, value) : value;
    }
    return result;
}

/** Reads an asset of the program: a file's, or a text. @throws Error naming an asset that the stand-in cannot read. */
async function readAsset(asset: Value): Promise<string> {
    if (asset instanceof Secret) {
        return readAsset(asset.value);
    }
    if (text(asset, "path") !== "") {
        return readFile(text(asset, "path"), "utf8");
    }
    if (text(asset, "text") !== "") {
        return text(asset, "text");
    }
    throw new Error("valueYamlFiles: the stand-in plugin reads files and texts, no archives and no addresses");
}

/** The values of a release: those of its value files in order, then its own over them. */
export async function gatherValues(inputs: PropertyMap): Promise<PropertyMap> {
    const files = inputs.valueYamlFiles;
    let values: PropertyMap = {};
    for (const file of Array.isArray(files) ? files : []) {
        const parsed: unknown = parse(await readAsset(file));
        if (isMap(parsed)) {
            values = mergeValues(values, parsed);
        }
    }
    const own = inputs.values;
    return mergeValues(values, isMap(own) ? own : {});
}

/** Values as helm reads them from its standard input; JSON is YAML. */
export function valuesText(values: Value | undefined): string {
    return JSON.stringify(reveal(values ?? {}));
}
