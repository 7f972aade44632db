import type { Gvk } from "../../kube/kinds";
import { at, isMap, text } from "../protocol/values";
import type { PropertyMap, Value } from "../protocol/values";

/** `apiVersion`, i.e. `group/version`. */
export function apiVersionOf(gvk: Gvk): string {
    return gvk.group === "" ? gvk.version : `${gvk.group}/${gvk.version}`;
}

/** Reads `apiVersion` and `kind`. The SDK's legacy group `core` is the core group. */
export function gvkOf(object: PropertyMap): Gvk {
    const parts = text(object, "apiVersion").split("/");
    const group = parts.length > 1 ? (parts[0] ?? "") : "";
    return { group: group === "core" ? "" : group, version: parts.at(-1) ?? "", kind: text(object, "kind") };
}

/** `metadata.name`; "" if there is none yet. */
export function nameOf(object: PropertyMap): string {
    return text(object, "metadata", "name");
}

/** `metadata.namespace`; "" if there is none. */
export function namespaceOf(object: PropertyMap): string {
    return text(object, "metadata", "namespace");
}

/** Identifier in the state: `namespace/name`, or the name of a cluster-scoped object. */
export function idOf(object: PropertyMap): string {
    const namespace = namespaceOf(object);
    return namespace === "" ? nameOf(object) : `${namespace}/${nameOf(object)}`;
}

/** Parses an identifier. */
export function parseId(id: string): { namespace: string; name: string } {
    const [first = "", second] = id.split("/");
    return second === undefined ? { namespace: "", name: first } : { namespace: first, name: second };
}

/** Name of an object in messages: kind and identifier, e.g. `Deployment mesh/api`. */
export function describe(object: PropertyMap): string {
    return `${text(object, "kind")} ${idOf(object)}`;
}

/** An annotation's value; "" if it is not set. */
export function annotation(object: PropertyMap, name: string): string {
    return text(object, "metadata", "annotations", name);
}

/** Annotations that control the provider. */
export const annotations = {
    /** Skips waiting until the object is ready. */
    skipAwait: "pulumi.com/skipAwait",
    /** Timeout of the wait (s). */
    timeoutSeconds: "pulumi.com/timeoutSeconds",
    /** Wait for a condition of the object instead of what its kind is awaited by. */
    waitFor: "pulumi.com/waitFor",
    /** Takes ownership of fields of other managers. */
    patchForce: "pulumi.com/patchForce",
    /** Name of the field manager. */
    patchFieldManager: "pulumi.com/patchFieldManager",
} as const;

/** A copy with the value at a path set; missing maps are created. */
export function withValue(map: PropertyMap, value: Value, ...path: [string, ...string[]]): PropertyMap {
    const [name, second, ...rest] = path;
    if (second === undefined) {
        return { ...map, [name]: value };
    }
    const child = at(map, name);
    return { ...map, [name]: withValue(isMap(child) ? child : {}, value, second, ...rest) };
}

/** A copy without the value at a path. */
export function without(map: PropertyMap, ...path: [string, ...string[]]): PropertyMap {
    const [name, second, ...rest] = path;
    const child = map[name];
    if (second === undefined) {
        return Object.fromEntries(Object.entries(map).filter(([key]) => key !== name));
    }
    return isMap(child) ? { ...map, [name]: without(child, second, ...rest) } : map;
}
