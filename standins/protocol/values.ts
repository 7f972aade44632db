import { Struct } from "google-protobuf/google/protobuf/struct_pb";

/** Key that marks a wire object as a special value; a constant of the Pulumi protocol. */
const SIGNATURE_KEY = "4dabf18193072939515e22adb298388d";
/** Value of {@link SIGNATURE_KEY} that marks a secret. */
const SECRET_SIGNATURE = "1b47061264138c4ac30d75fd1eb44270";
/** Value of {@link SIGNATURE_KEY} that marks an output value. */
const OUTPUT_SIGNATURE = "d0e6a833031e9bbcd3f4e8bde6ca49a4";
/**
 * Strings that represent a value that is unknown during a preview, one for each type; constants of the Pulumi protocol.
 */
const unknownTokens = new Set([
    "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
    "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
    "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
    "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
    "030794c1-ac77-496b-92df-f27374a8bd58",
    "e48ece36-62e2-4504-bad9-02848725956a",
    "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
]);

/** A value that is unknown until an update. */
export class Unknown {
    /** @param token The protocol's string, which determines the type of the value. */
    constructor(public readonly token = "04da6b54-80e4-46f7-96ec-b56ff0331ba9") {}
}

/** A value that must be encrypted in the state and must not appear in messages. */
export class Secret {
    /** @param value The secret value. */
    constructor(public readonly value: Value) {}
}

/** A property's value. */
export type Value = null | boolean | number | string | Secret | Unknown | Value[] | PropertyMap;

/** Named values, e.g. a resource's inputs or state. */
export interface PropertyMap {
    [name: string]: Value;
}

/** Whether a value is a map of named values (not a list, secret or unknown). */
export function isMap(value: unknown): value is PropertyMap {
    return (
        typeof value === "object" &&
        value !== null &&
        !Array.isArray(value) &&
        !(value instanceof Secret) &&
        !(value instanceof Unknown)
    );
}

/** Converts a value from the wire: secrets and unknowns become instances of their classes. */
function revive(value: unknown): Value {
    if (typeof value === "string") {
        return unknownTokens.has(value) ? new Unknown(value) : value;
    }
    if (Array.isArray(value)) {
        return value.map(revive);
    }
    if (typeof value === "boolean" || typeof value === "number") {
        return value;
    }
    if (!isMap(value)) {
        return null;
    }
    switch (value[SIGNATURE_KEY]) {
        case SECRET_SIGNATURE:
            return new Secret(revive(value.value));
        case OUTPUT_SIGNATURE: {
            const known: Value = value.value === undefined ? new Unknown() : revive(value.value);
            return value.secret === true ? new Secret(known) : known;
        }
        default:
            return Object.fromEntries(Object.entries(value).map(([name, child]) => [name, revive(child)]));
    }
}

/** A value of a protobuf Struct. */
type WireValue = null | boolean | number | string | WireValue[] | WireMap;
/** Named values of a protobuf Struct. */
interface WireMap {
    [name: string]: WireValue;
}

/** The inverse of {@link revive}. */
function lower(value: Value): WireValue {
    if (value instanceof Unknown) {
        return value.token;
    }
    if (value instanceof Secret) {
        return { [SIGNATURE_KEY]: SECRET_SIGNATURE, value: lower(value.value) };
    }
    if (Array.isArray(value)) {
        return value.map(lower);
    }
    return isMap(value) ? lowerMap(value) : value;
}

/** {@link lower} of a whole map. */
function lowerMap(map: PropertyMap): WireMap {
    return Object.fromEntries(Object.entries(map).map(([name, value]) => [name, lower(value)]));
}

/** Converts a protobuf Struct to a map; empty if it is absent. */
export function fromStruct(struct: Struct | undefined): PropertyMap {
    const value = revive(struct?.toJavaScript() ?? {});
    return isMap(value) ? value : {};
}

/** Converts a map to a protobuf Struct. */
export function toStruct(map: PropertyMap): Struct {
    return Struct.fromJavaScript(lowerMap(map));
}

/** The value with all secrets unwrapped; unknowns are unchanged. */
export function reveal(value: Value): Value {
    if (value instanceof Secret) {
        return reveal(value.value);
    }
    if (Array.isArray(value)) {
        return value.map(reveal);
    }
    return isMap(value) ? revealMap(value) : value;
}

/** {@link reveal} of a whole map. */
export function revealMap(map: PropertyMap): PropertyMap {
    return Object.fromEntries(Object.entries(map).map(([name, value]) => [name, reveal(value)]));
}

/** Whether any part of the value meets the condition. */
function some(value: Value, condition: (part: Value) => boolean): boolean {
    if (condition(value)) {
        return true;
    }
    if (value instanceof Secret) {
        return some(value.value, condition);
    }
    if (Array.isArray(value)) {
        return value.some((item) => some(item, condition));
    }
    return isMap(value) && Object.values(value).some((item) => some(item, condition));
}

/** Whether a part of the value is secret. */
export function containsSecret(value: Value): boolean {
    return some(value, (part) => part instanceof Secret);
}

/** Whether a part of the value is unknown. */
export function containsUnknown(value: Value): boolean {
    return some(value, (part) => part instanceof Unknown);
}

/** Follows names into nested maps, without unwrapping secrets; `undefined` if the path does not exist. */
export function at(value: Value | undefined, ...names: string[]): Value | undefined {
    return names.reduce<Value | undefined>((parent, name) => (isMap(parent) ? parent[name] : undefined), value);
}

/** {@link at}, if it is a string; else "". */
export function text(value: Value | undefined, ...names: string[]): string {
    const found = at(value, ...names);
    return typeof found === "string" ? found : "";
}

/** {@link at}, if it is a number; else 0, as Kubernetes leaves zeros out of a status. */
export function count(value: Value | undefined, ...names: string[]): number {
    const found = at(value, ...names);
    return typeof found === "number" ? found : 0;
}

/** The maps in the list at a path; an empty list if there is none. */
export function items(value: Value | undefined, ...names: string[]): PropertyMap[] {
    const found = at(value, ...names);
    return Array.isArray(found) ? found.filter(isMap) : [];
}
