import { isMap, items, text } from "../protocol/values";
import type { PropertyMap, Value } from "../protocol/values";

/** Field manager of creates; the first update takes its fields over. The name is the official plugin's. */
export const CREATE_MANAGER = "pulumi-kubernetes";

/** Managers whose fields an update takes over: earlier creates by the provider, and kubectl. */
const predecessors = new Set([
    "kubectl/Apply",
    "kubectl/Update",
    "before-first-apply/Update",
    `${CREATE_MANAGER}/Update`,
    `${CREATE_MANAGER}.exe/Update`,
    "pulumi-resource-kubernetes/Update",
]);

/** Does an update take this entry over? */
function isPredecessor(entry: PropertyMap): boolean {
    return (
        predecessors.has(`${text(entry, "manager")}/${text(entry, "operation")}`) && text(entry, "subresource") === ""
    );
}

/** Did an earlier create by the provider leave fields that no update has taken over yet? */
export function hasCreateManager(live: PropertyMap): boolean {
    return items(live, "metadata", "managedFields").some(
        (entry) => text(entry, "operation") === "Update" && text(entry, "manager").startsWith("pulumi-"),
    );
}

/** Union of two sets of fields in the form that managedFields has. */
function union(a: Value | undefined, b: Value | undefined): Value {
    if (!isMap(a) || !isMap(b)) {
        return a ?? b ?? {};
    }
    const names = new Set([...Object.keys(a), ...Object.keys(b)]);
    return Object.fromEntries([...names].map((name) => [name, union(a[name], b[name])]));
}

/**
 * The managedFields in which one apply manager owns what its predecessors owned, so that an apply neither conflicts
 * with them nor leaves a removed field standing; `undefined` when nothing changes.
 */
export function takeOver(live: PropertyMap, manager: string): PropertyMap[] | undefined {
    const entries = items(live, "metadata", "managedFields");
    const mine = entries.find((entry) => text(entry, "manager") === manager && text(entry, "operation") === "Apply");
    const taken = entries.filter((entry) => entry !== mine && isPredecessor(entry));
    const [first] = taken;
    if (first === undefined) {
        return undefined;
    }
    const base = mine ?? { ...first, manager, operation: "Apply" };
    const fieldsV1 = taken.reduce<Value>((fields, entry) => union(fields, entry.fieldsV1), base.fieldsV1 ?? {});
    const others = entries.filter((entry) => entry !== mine && !taken.includes(entry));
    return [...others, { ...base, fieldsV1 }];
}

/** Does the set of fields hold the path? List items are keyed by content there, so a path into a list is not found. */
export function ownsField(entry: PropertyMap, path: readonly string[]): boolean {
    let fields: Value | undefined = entry.fieldsV1;
    for (const name of path) {
        fields = isMap(fields) ? fields[`f:${name}`] : undefined;
    }
    return fields !== undefined;
}
