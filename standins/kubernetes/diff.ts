import { isMap, Unknown } from "../protocol/values";
import type { PropertyMap, Value } from "../protocol/values";
import { type FieldPath, isForceNew } from "../../kube/immutableFields";
import { isIgnored, pathText } from "./paths";
import type { PathStep } from "./paths";

/** Change of a property. */
export interface FieldChange {
    /** Added, removed or changed. */
    kind: "add" | "delete" | "update";
    /** Whether the change requires a replacement. */
    replace: boolean;
}

/**
 * The differences between two objects, by property path.
 * @param before Live object, reduced to the fields that the program set.
 * @param after Desired object.
 * @param forceNew Fields whose change replaces the object.
 * @param ignore Paths of `ignoreChanges`.
 */
export function diffObjects(
    before: PropertyMap,
    after: PropertyMap,
    forceNew: readonly FieldPath[],
    ignore: readonly string[] = [],
): Map<string, FieldChange> {
    const changes = new Map<string, FieldChange>();
    const add = (path: PathStep[], kind: FieldChange["kind"], value: Value | undefined): void => {
        if (!isIgnored(path, ignore)) {
            const names = path.filter((step) => typeof step === "string");
            changes.set(pathText(path), { kind, replace: isForceNew(names, value, forceNew) });
        }
    };
    const compare = (path: PathStep[], old: Value | undefined, wanted: Value | undefined): void => {
        const oldValue = old ?? undefined;
        const newValue = wanted ?? undefined;
        if (newValue === undefined) {
            if (oldValue !== undefined) {
                add(path, "delete", undefined);
            }
        } else if (oldValue === undefined) {
            add(path, "add", newValue);
        } else if (isMap(oldValue) && isMap(newValue)) {
            for (const name of new Set([...Object.keys(oldValue), ...Object.keys(newValue)])) {
                compare([...path, name], oldValue[name], newValue[name]);
            }
        } else if (Array.isArray(oldValue) && Array.isArray(newValue)) {
            for (let index = 0; index < Math.max(oldValue.length, newValue.length); index++) {
                compare([...path, index], oldValue[index], newValue[index]);
            }
        } else if (newValue instanceof Unknown || oldValue !== newValue) {
            add(path, "update", newValue);
        }
    };
    compare([], before, after);
    return changes;
}
