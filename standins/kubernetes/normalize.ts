import { containsUnknown, isMap } from "../protocol/values";
import type { PropertyMap, Value } from "../protocol/values";
import { gvkOf } from "./object";
import { canonicalQuantities } from "./quantity";

/** Fields of metadata that only the API server sets. */
export const SERVER_FIELDS: readonly string[] = [
    "creationTimestamp",
    "deletionGracePeriodSeconds",
    "deletionTimestamp",
    "generation",
    "managedFields",
    "resourceVersion",
    "uid",
];

/** Whether an API group is built into Kubernetes, so that its fields are known. */
function isBuiltIn(group: string): boolean {
    return !group.includes(".") || group.endsWith(".k8s.io");
}

/** A Secret with `stringData` moved to `data`, as the API server stores it, and `data` in canonical base64. */
function normalizeSecret(object: PropertyMap): PropertyMap {
    const { stringData, ...rest } = object;
    const base64 = (map: Value | undefined, encoding: "base64" | "utf8") =>
        Object.entries(isMap(map) ? map : {}).map(([key, value]): [string, Value] => [
            key,
            typeof value === "string" ? Buffer.from(value, encoding).toString("base64") : value,
        ]);
    const entries = [...base64(rest.data, "base64"), ...base64(stringData, "utf8")];
    return entries.length === 0 ? object : { ...rest, data: Object.fromEntries<Value>(entries) };
}

/** The inputs as the API server would return them, so that a comparison shows only real differences. */
export function normalize(object: PropertyMap): PropertyMap {
    const { metadata } = object;
    const kept = isMap(metadata)
        ? Object.fromEntries(Object.entries(metadata).filter(([name]) => !SERVER_FIELDS.includes(name)))
        : metadata;
    const result = kept === undefined ? object : { ...object, metadata: kept };
    const gvk = gvkOf(object);
    if (!isBuiltIn(gvk.group) || containsUnknown(object)) {
        return result;
    }
    return gvk.group === "" && gvk.kind === "Secret" ? normalizeSecret(result) : canonicalQuantities(result);
}
