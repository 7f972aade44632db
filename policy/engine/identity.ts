import type { Field } from "./field";

/** Name of an object, as far as it is known. */
export interface Identity {
    /** Kind, e.g. `Deployment`. */
    readonly kind: string;
    /** Namespace, where it is set and known. */
    readonly namespace?: string;
    /** Name, where it is set and known. */
    readonly name?: string;
    /** Name of the object in messages, e.g. `Deployment default/web`. */
    readonly display: string;
}

/**
 * Reads the name of an object. Never fails; `fallbackName` is used where the object has no known name, and `origin` is
 * appended if given.
 */
export function identify(kind: string, object: Field, fallbackName?: string, origin?: string): Identity {
    const metadata = object.at("metadata");
    const namespace = metadata.at("namespace").label();
    const name = metadata.at("name").label();
    const prefix = metadata.at("generateName").label();
    const shown = name ?? (prefix === undefined ? (fallbackName ?? "(unnamed)") : `${prefix}*`);
    const from = origin === undefined ? "" : ` (${origin})`;
    const display = `${kind} ${namespace === undefined ? "" : `${namespace}/`}${shown}${from}`;
    return { kind, namespace, name, display };
}
