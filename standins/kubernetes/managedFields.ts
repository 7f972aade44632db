import { isMap, items, text } from "../protocol/values";
import type { PropertyMap, Value } from "../protocol/values";

/** Field manager of creates; the first update takes ownership of its fields. Named as in the official plugin. */
export const CREATE_MANAGER = "pulumi-kubernetes";

/** Managers whose fields an update takes ownership of: earlier creates by the provider, and kubectl. */
const predecessors = new Set([
    "kubectl/Apply",
    "kubectl/Update",
    "before-first-apply/Update",
    `${CREATE_MANAGER}/Update`,
    `${CREATE_MANAGER}.exe/Update`,
    "pulumi-resource-kubernetes/Update",
]);

/** Whether an update takes ownership of the fields of an entry. */
function isPredecessor(entry: PropertyMap): boolean {
    return (
        predecessors.has(`${text(entry, "manager")}/${text(entry, "operation")}`) && text(entry, "subresource") === ""
    );
}

/** Whether fields of an earlier create by the provider have not been taken over by an update yet. */
export function hasCreateManager(live: PropertyMap): boolean {
    return items(live, "metadata", "managedFields").some(
        (entry) => text(entry, "operation") === "Update" && text(entry, "manager").startsWith("pulumi-"),
    );
}

/** Union of two sets of fields in the format of managedFields. */
function union(a: Value | undefined, b: Value | undefined): Value {
    if (!isMap(a) || !isMap(b)) {
        return a ?? b ?? {};
    }
    const names = new Set([...Object.keys(a), ...Object.keys(b)]);
    return Object.fromEntries([...names].map((name) => [name, union(a[name], b[name])]));
}

/**
 * managedFields in which one apply manager owns the fields of its predecessors, so that an apply neither conflicts
 * with them nor keeps a removed field; `undefined` if nothing changes.
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

/**
 * Whether the entry's set of fields contains the path. List items are keyed by content, so a path into a list is never
 * found.
 */
export function ownsField(entry: PropertyMap, path: readonly string[]): boolean {
    let fields: Value | undefined = entry.fieldsV1;
    for (const name of path) {
        fields = isMap(fields) ? fields[`f:${name}`] : undefined;
    }
    return fields !== undefined;
}
