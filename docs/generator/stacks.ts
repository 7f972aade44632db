import { StackFile } from "../../engine/stackFile";
import { parseSettings, type Settings } from "../../settings";
import { STACKS } from "../../settings/shared/environments";

/** What the stack files set, by stack name. */
export type StackFiles = ReadonlyMap<string, unknown>;

/** Reads the settings in `Pulumi.<stack>.yaml` of every stack: the program's own keys, without the project's prefix. */
export function readStackFiles(root: string): StackFiles {
    return new Map(STACKS.map((stack) => [stack, StackFile.open(root, stack).config]));
}

/**
 * The settings of a stack as its file has them; the cluster, which no file names, is an invented one.
 * @param mesh Settings of the mesh instead of those of the file.
 * @throws SettingsError when the file is not valid.
 */
export function stackSettings(root: string, stack: string, mesh: object = {}): Settings {
    const own = Object.entries(readStackFiles(root).get(stack) ?? {}).filter(([key]) => !key.startsWith("pulumi:"));
    const values = Object.fromEntries(
        own.map(([key, value]: [string, unknown]) => [
            key,
            JSON.stringify(key === "mesh" && typeof value === "object" ? { ...value, ...mesh } : value),
        ]),
    );
    const cluster = JSON.stringify({ context: "none" });
    return parseSettings({ stack, values: { ...values, cluster }, secretKeys: new Set() });
}

/** The value at a dotted path of a stack file; `undefined` where it sets none. */
export function valueAt(config: unknown, path: string): unknown {
    return path.split(".").reduce<unknown>((current, name) => field(current, name), config);
}

function field(value: unknown, name: string): unknown {
    return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}
