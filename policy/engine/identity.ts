import type { Field } from "./field";

/** What an object is called, so far as it is known. */
export interface Identity {
    /** Kind, e.g. `Deployment`. */
    readonly kind: string;
    /** Namespace, where it is set and known. */
    readonly namespace?: string;
    /** Name, where it is set and known. */
    readonly name?: string;
    /** What to call the object in messages, e.g. `Deployment default/web`. */
    readonly display: string;
}

/**
 * Reads what an object is called. Never fails; `fallbackName` serves where the object itself has no known name, and
 * `origin` is added where it is given.
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
