import { distance } from "fastest-levenshtein";
import { isObject, type Field } from "../engine/field";
import type { KnownField, SchemaType } from "./schema";
import type { Minor } from "./version";

/** A field that Kubernetes does not have at this path. */
export interface FieldFault {
    /** The field. */
    readonly field: Field;
    /** What is wrong, as the end of a sentence that starts with the path. */
    readonly problem: string;
    /** The fix, as a sentence. */
    readonly fix: string;
}

/** A field in an object: its type, its value, and its path. */
interface Place {
    readonly type: SchemaType;
    readonly value: Readonly<Record<string, unknown>>;
    readonly keys: readonly (string | number)[];
    /** The parent, with list items left out. */
    readonly above?: Place;
}

/** Maximum depth; the deepest non-recursive type of Kubernetes has fewer levels. */
const DEPTH = 40;

/** Directives of strategic merge patches, and fields that the Pulumi engine adds. */
const DIRECTIVE = /^(?:\$|__)/;

/** Container lists of a pod. */
const CONTAINERS: ReadonlySet<string> = new Set(["containers", "initContainers", "ephemeralContainers"]);

/**
 * Finds the fields of an object that its type does not have in a version of Kubernetes. Fields below an unknown field
 * are not searched.
 */
export function unknownFields(object: Field, type: SchemaType, minor: Minor): FieldFault[] {
    const found: { readonly place: Place; readonly key: string }[] = [];
    const value = object.value();
    if (isObject(value)) {
        search({ type, value, keys: [] }, minor, found);
    }
    return found.map(({ place, key }) => ({
        field: fieldAt(object, [...place.keys, key]),
        ...explain(place, key, minor),
    }));
}

/** Works on plain values: most objects have no unknown field, so field objects are created only for findings. */
function search(place: Place, minor: Minor, found: { place: Place; key: string }[]): void {
    for (const [key, value] of Object.entries(place.value)) {
        // A status is not applied, and an export contains the status of its own version.
        if (key === "status" && place.above === undefined) {
            continue;
        }
        const known = place.type.get(key);
        if (known === undefined || !isServed(known, minor)) {
            if (value !== undefined && !DIRECTIVE.test(key)) {
                found.push({ place, key });
            }
        } else if (typeof value === "object" && value !== null && known.type !== undefined) {
            below(place, known.type, value, [...place.keys, key], known.shape, minor, found);
        }
    }
}

function below(
    above: Place,
    type: SchemaType,
    value: object,
    keys: Place["keys"],
    shape: KnownField["shape"],
    minor: Minor,
    found: { place: Place; key: string }[],
): void {
    if (keys.length > DEPTH) {
        return;
    }
    if (Array.isArray(value)) {
        value.forEach((item: unknown, index) => {
            if (isObject(item)) {
                search({ type, value: item, keys: [...keys, index], above }, minor, found);
            }
        });
    } else if (shape === "map") {
        for (const [key, item] of Object.entries(value)) {
            if (isObject(item)) {
                search({ type, value: item, keys: [...keys, key], above }, minor, found);
            }
        }
    } else if (isObject(value)) {
        search({ type, value, keys, above }, minor, found);
    }
}

function isServed({ since = 0, until = Infinity }: KnownField, minor: Minor): boolean {
    return since <= minor && (until === Infinity || until >= minor);
}

/** The field at these keys, as part of its container, if any. */
function fieldAt(object: Field, keys: Place["keys"]): Field {
    return keys.reduce<Field>((field, key, index) => {
        if (typeof key === "string") {
            return field.at(key);
        }
        const item = field.items()[key] ?? field;
        const list = keys[index - 1];
        return typeof list === "string" && CONTAINERS.has(list) ? item.inContainer(item.at("name").label()) : item;
    }, object);
}

/** Describes an unknown field, and where it belongs. */
function explain(place: Place, key: string, minor: Minor): Pick<FieldFault, "problem" | "fix"> {
    const known = place.type.get(key);
    if (known?.until !== undefined && known.until < minor) {
        return { problem: `is a field that was removed in Kubernetes 1.${known.until + 1}`, fix: "Remove it." };
    }
    if (known?.since !== undefined) {
        return {
            problem: `is a field that exists only since Kubernetes 1.${known.since}`,
            fix: "Remove it, or update the cluster first.",
        };
    }
    return { problem: "is not a field of this Kubernetes type", fix: fixFor(place, key, minor) };
}

function fixFor(place: Place, key: string, minor: Minor): string {
    const alike = nearest(place, key, minor);
    const isSet = alike !== undefined && Object.hasOwn(place.value, alike);
    if (alike !== undefined && (isSet || far(alike, key) < 2)) {
        return isSet ? `Remove it: ${alike} is also set.` : `Write ${alike}.`;
    }
    const elsewhere = above(place, key) ?? inside(place, key, minor);
    if (elsewhere !== undefined) {
        return `Move it to ${elsewhere}.`;
    }
    return alike === undefined ? "Correct its name, or remove it." : `Write ${alike}, or remove it.`;
}

/** The field with the most similar name, at an edit distance of two or less. */
function nearest({ type }: Place, key: string, minor: Minor): string | undefined {
    const most = Math.min(2, Math.floor(key.length / 4));
    const candidates = [...type].filter(([name, known]) => isServed(known, minor) && far(name, key) <= most);
    return candidates.sort(([a], [b]) => far(a, key) - far(b, key))[0]?.[0];
}

/** Edit distance of two names, ignoring case; a transposition counts as one. */
function far(a: string, b: string): number {
    const [one, other] = [a.toLowerCase(), b.toLowerCase()];
    return Math.min(distance(one, other), sorted(one) === sorted(other) ? 1 : Infinity);
}

function sorted(text: string): string {
    return Array.from(text).sort().join("");
}

/** Path of the nearest ancestor that has a field of a name. */
function above({ above: next }: Place, key: string): string | undefined {
    for (let place = next; place !== undefined; place = place.above) {
        if (place.type.has(key)) {
            return pathOf([...place.keys, key]);
        }
    }
    return undefined;
}

/** Levels below a field that are searched: from a Deployment to its pod specification. */
const LEVELS = 2;

/** Fields that are not suggested, since the fields next to them also have children of these names. */
const NOT_MEANT: ReadonlySet<string> = new Set(["status", "initContainers", "ephemeralContainers"]);

/** Path of the only descendant that can have a field of a name; `undefined` when there are several. */
function inside({ type, keys }: Place, key: string, minor: Minor): string | undefined {
    let level: { readonly keys: Place["keys"]; readonly type: SchemaType }[] = [{ keys, type }];
    for (let depth = 0; depth < LEVELS; depth += 1) {
        level = level.flatMap((place) =>
            [...place.type].flatMap(([name, known]) =>
                known.type === undefined || known.shape === "map" || NOT_MEANT.has(name) || !isServed(known, minor)
                    ? []
                    : [{ keys: [...place.keys, known.shape === "list" ? `${name}[]` : name], type: known.type }],
            ),
        );
        const [hit, ...others] = level.filter((place) => place.type.has(key));
        if (hit !== undefined) {
            return others.length === 0 ? pathOf([...hit.keys, key]) : undefined;
        }
    }
    return undefined;
}

/** Formats a path. */
function pathOf(keys: Place["keys"]): string {
    return keys.reduce<string>(
        (path, key) => (typeof key === "number" ? `${path}[${key}]` : path === "" ? key : `${path}.${key}`),
        "",
    );
}
