import { containsUnknown, isMap } from "../protocol/values";
import type { PropertyMap } from "../protocol/values";
import { gvkOf } from "./object";
import { canonicalQuantities } from "./quantity";

/** Fields of metadata that only the API server sets. */
const SERVER_FIELDS = [
    "creationTimestamp",
    "deletionGracePeriodSeconds",
    "deletionTimestamp",
    "generation",
    "managedFields",
    "resourceVersion",
    "uid",
];

/** Is it one of Kubernetes' own API groups, whose fields are known? */
function isBuiltIn(group: string): boolean {
    return !group.includes(".") || group.endsWith(".k8s.io");
}

/** A Secret with `stringData` moved to `data`, as the API server keeps it, and `data` in canonical base64. */
function normalizeSecret(object: PropertyMap): PropertyMap {
    const { stringData, ...rest } = object;
    const data = isMap(rest.data) ? rest.data : {};
    const canonical = Object.fromEntries(
        Object.entries(data).map(([key, value]) => [
            key,
            typeof value === "string" ? Buffer.from(value, "base64").toString("base64") : value,
        ]),
    );
    if (!isMap(stringData) || Object.keys(stringData).length === 0) {
        return { ...object, ...(isMap(rest.data) ? { data: canonical } : {}) };
    }
    const encoded = Object.fromEntries(
        Object.entries(stringData).map(([key, value]) => [
            key,
            typeof value === "string" ? Buffer.from(value).toString("base64") : value,
        ]),
    );
    return { ...rest, data: { ...canonical, ...encoded } };
}

/** The inputs as the API server would give them back, so that a comparison shows real differences only. */
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
