import type { Detail } from "./report";

/** Key by which the engine marks a value as a secret; a constant of the Pulumi protocol. */
export const SIGNATURE = "4dabf18193072939515e22adb298388d";

/** Sentinels of values that a preview does not know yet, one for each type; constants of the Pulumi protocol. */
const UNKNOWN = new Set([
    "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
    "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
    "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
    "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
    "030794c1-ac77-496b-92df-f27374a8bd58",
    "e48ece36-62e2-4504-bad9-02848725956a",
    "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
]);

/** Shown instead of a secret. */
export const SECRET = "[secret]";

/** Shown instead of a value that is known only after the update. */
export const COMPUTED = "[known after the update]";

/** Longest value that is shown (characters). */
const MAX_SHOWN = 300;

/** Named values. */
export type Properties = Readonly<Record<string, unknown>>;

/** Whether a value has named values. */
export function isProperties(value: unknown): value is Properties {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A value with the engine's sentinels replaced by descriptions. */
function readable(value: unknown): unknown {
    if (typeof value === "string") {
        return UNKNOWN.has(value) ? COMPUTED : value;
    }
    if (Array.isArray(value)) {
        return value.map(readable);
    }
    if (!isProperties(value)) {
        return value;
    }
    if (SIGNATURE in value) {
        return SECRET;
    }
    return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, readable(part)]));
}

/**
 * The inputs of a resource as they may be shown: the data of a Kubernetes Secret is left out even where the program
 * forgot to mark it.
 */
export function showable(type: string, inputs: Properties): Properties {
    const value = readable(inputs);
    const properties = isProperties(value) ? value : {};
    if (!/^kubernetes:core\/v1:Secret(List|Patch)?$/.test(type)) {
        return properties;
    }
    return Object.fromEntries(
        Object.entries(properties).map(([name, part]) => [
            name,
            /^(data|stringData|items)$/.test(name) ? SECRET : part,
        ]),
    );
}

/** Differences between two values, leaf by leaf. List items with names are compared by name. */
export function compare(before: unknown, after: unknown, path = ""): Detail[] {
    if (JSON.stringify(before) === JSON.stringify(after)) {
        return [];
    }
    const [old, wanted] = [byName(before), byName(after)];
    if (isProperties(old) && isProperties(wanted) && Array.isArray(before) === Array.isArray(after)) {
        const names = [...new Set([...Object.keys(old), ...Object.keys(wanted)])].sort();
        return names.flatMap((name) => compare(old[name], wanted[name], join(path, name, Array.isArray(after))));
    }
    return [detail(path, before, after)];
}

/** A list as an object: by the names of its items where all have one of their own, else by their positions. */
function byName(value: unknown): unknown {
    if (!Array.isArray(value)) {
        return value;
    }
    const names = value.map((item: unknown) => (isProperties(item) && typeof item.name === "string" ? item.name : ""));
    const named = names.every((name) => name !== "") && new Set(names).size === names.length;
    return Object.fromEntries(value.map((item: unknown, index) => [named ? (names[index] ?? "") : `${index}`, item]));
}

function join(path: string, name: string, inList: boolean): string {
    if (inList) {
        return `${path}[${name}]`;
    }
    if (!/^[\w-]+$/.test(name)) {
        return `${path}["${name}"]`;
    }
    return path === "" ? name : `${path}.${name}`;
}

/** One difference as text. Of two texts of many lines, only the lines that differ and those between them. */
export function detail(path: string, before: unknown, after: unknown): Detail {
    if (typeof before === "string" && typeof after === "string" && (before + after).includes("\n")) {
        const [old, wanted] = [before.split("\n"), after.split("\n")];
        while (old.length > 0 && wanted.length > 0 && old[0] === wanted[0]) {
            old.shift();
            wanted.shift();
        }
        while (old.length > 0 && wanted.length > 0 && old.at(-1) === wanted.at(-1)) {
            old.pop();
            wanted.pop();
        }
        return { path, ...part("before", old.join("\n")), ...part("after", wanted.join("\n")) };
    }
    return { path, ...part("before", before), ...part("after", after) };
}

function part(name: "before" | "after", value: unknown): Partial<Detail> {
    return value === undefined || value === "" ? {} : { [name]: shown(value) };
}

function shown(value: unknown): string {
    const text = typeof value === "string" ? value : JSON.stringify(value);
    return text.length <= MAX_SHOWN ? text : `${text.slice(0, MAX_SHOWN)} ... (${text.length} characters)`;
}

/** The value at a property path of the engine, e.g. `spec.ports[0].port` or `metadata.labels["a/b"]`. */
export function valueAt(value: unknown, path: string): unknown {
    if (path === "") {
        return value;
    }
    const item = /^\.?\[(\d+)\](.*)$/s.exec(path);
    if (item !== null) {
        return Array.isArray(value) ? valueAt(value[Number(item[1])], item[2] ?? "") : undefined;
    }
    if (!isProperties(value)) {
        return undefined;
    }
    // A key may contain dots, so the path alone does not show where it ends.
    for (const name of Object.keys(value).sort((a, b) => b.length - a.length)) {
        for (const form of [name, `.${name}`, `["${name}"]`]) {
            const rest = path.slice(form.length);
            if (path.startsWith(form) && /^([.[]|$)/.test(rest)) {
                return valueAt(value[name], rest);
            }
        }
    }
    return undefined;
}
