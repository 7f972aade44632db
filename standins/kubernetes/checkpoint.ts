import { containsSecret, isMap, revealMap, Secret, text } from "../protocol/values";
import type { PropertyMap, Value } from "../protocol/values";

/** Names of CRD fields that the SDK writes with underscores, because of restrictions of its languages. */
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

/** A copy with renamed fields, at every depth. */
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

/**
 * Converts a resource's inputs to an object for the API server: without secret markers, with the server's field names.
 */
export function toObject(inputs: PropertyMap): PropertyMap {
    return renameMap(revealMap(inputs), toDashes);
}

/**
 * Fields of the state besides the live object; named as in the official plugin, so that either plugin can continue with
 * the state.
 */
interface Bookkeeping {
    /** `apiVersion` at creation. */
    initialApiVersion: string;
    /** Field manager of this object's updates. */
    fieldManager: string;
}

/** Content of a resource's state. */
interface Checkpoint extends Bookkeeping {
    /** The inputs of the last update. */
    inputs: PropertyMap;
    /** The live object, as last returned by the API server. */
    live: PropertyMap;
}

/** Builds a resource's state. @param fromInputs The inputs with secret markers. */
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

/** Parses a resource's state. */
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

/** A copy in which values are secret if they are secret in the inputs, or in the data of a Secret. */
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

/** Reduces a live object to the fields of the old inputs, which are the ones to compare. */
export function prune(live: PropertyMap, shape: PropertyMap): PropertyMap {
    return Object.fromEntries(
        Object.entries(live).flatMap(([name, value]) => {
            const wanted = shape[name];
            return wanted === undefined ? [] : [[name, pruneValue(value, wanted)]];
        }),
    );
}

/** {@link prune} of a value; if the types differ, the live value is kept unchanged. */
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
