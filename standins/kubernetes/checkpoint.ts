import { containsSecret, isMap, revealMap, Secret, text } from "../protocol/values";
import type { PropertyMap, Value } from "../protocol/values";

/** Names of CRD fields that the SDK writes with underscores, as its languages need it. */
const SCHEMA_FIELDS = [
    "embedded-resource",
    "int-or-string",
    "list-map-keys",
    "list-type",
    "map-type",
    "preserve-unknown-fields",
    "validations",
].map((name) => [`x_kubernetes_${name.replaceAll("-", "_")}`, `x-kubernetes-${name}`] as const);
const toDashes = new Map(SCHEMA_FIELDS);
const toUnderscores = new Map(SCHEMA_FIELDS.map(([underscores, dashes]) => [dashes, underscores] as const));

/** A copy with the names of fields changed, at every depth. */
function rename(value: Value, names: ReadonlyMap<string, string>): Value {
    if (Array.isArray(value)) {
        return value.map((item) => rename(item, names));
    }
    return isMap(value) ? renameMap(value, names) : value;
}

/** {@link rename} of a whole map. */
function renameMap(map: PropertyMap, names: ReadonlyMap<string, string>): PropertyMap {
    return Object.fromEntries(
        Object.entries(map).map(([name, value]) => [names.get(name) ?? name, rename(value, names)]),
    );
}

/** A resource's inputs as an object for the API server: nothing secret, the server's field names. */
export function toObject(inputs: PropertyMap): PropertyMap {
    return renameMap(revealMap(inputs), toDashes);
}

/** What the state holds besides the live object; the names are the official plugin's, so that either can go on. */
interface Bookkeeping {
    /** `apiVersion` at creation. */
    initialApiVersion: string;
    /** Field manager of this object's updates. */
    fieldManager: string;
}

/** What is in a resource's state. */
interface Checkpoint extends Bookkeeping {
    /** The object as the program last set it. */
    inputs: PropertyMap;
    /** The object as the API server last gave it. */
    live: PropertyMap;
}

/** Makes a resource's state. @param fromInputs The inputs with their secrets marked. */
export function toState(
    inputs: PropertyMap,
    live: PropertyMap,
    fromInputs: PropertyMap,
    bookkeeping: Bookkeeping,
): PropertyMap {
    const object = markSecrets(renameMap(live, toUnderscores), fromInputs);
    return {
        ...object,
        __inputs: markSecrets(renameMap(inputs, toUnderscores), fromInputs),
        __initialApiVersion: bookkeeping.initialApiVersion,
        __fieldManager: bookkeeping.fieldManager,
    };
}

/** Takes a resource's state apart. */
export function fromState(state: PropertyMap): Checkpoint {
    const { __inputs, __initialApiVersion, __fieldManager, ...live } = state;
    const inputs = __inputs instanceof Secret ? __inputs.value : __inputs;
    return {
        inputs: isMap(inputs) ? toObject(inputs) : {},
        live: toObject(live),
        initialApiVersion: text({ __initialApiVersion: __initialApiVersion ?? "" }, "__initialApiVersion"),
        fieldManager: text({ __fieldManager: __fieldManager ?? "" }, "__fieldManager"),
    };
}

/** A copy whose values are secret where the inputs' are, and everywhere in a Secret's data. */
export function markSecrets(map: PropertyMap, fromInputs: PropertyMap): PropertyMap {
    const result = { ...map };
    if (map.kind === "Secret") {
        for (const field of ["data", "stringData"]) {
            const value = result[field];
            if (value !== undefined && !(value instanceof Secret)) {
                result[field] = new Secret(value);
            }
        }
        return result;
    }
    for (const [name, input] of Object.entries(fromInputs)) {
        const value = result[name];
        if (value === undefined || value instanceof Secret) {
            continue;
        }
        if (isMap(value) && isMap(input)) {
            result[name] = markSecrets(value, input);
        } else if (containsSecret(input)) {
            result[name] = new Secret(value);
        }
    }
    return result;
}

/** Cuts a live object to the fields that an older version of the inputs has, which are the ones to compare. */
export function prune(live: PropertyMap, shape: PropertyMap): PropertyMap {
    return Object.fromEntries(
        Object.entries(live).flatMap(([name, value]) => {
            const wanted = shape[name];
            return wanted === undefined ? [] : [[name, pruneValue(value, wanted)]];
        }),
    );
}

/** {@link prune} of a value; of unlike types the live one is kept whole. */
function pruneValue(live: Value, shape: Value): Value {
    if (isMap(live) && isMap(shape)) {
        return prune(live, shape);
    }
    if (!Array.isArray(live) || !Array.isArray(shape)) {
        return live;
    }
    if (live.length === 0 || shape.length === 0) {
        return [];
    }
    if (isMap(live[0]) !== isMap(shape[0])) {
        return live;
    }
    return live.slice(0, shape.length).map((item, index) => pruneValue(item, shape[index] ?? null));
}
