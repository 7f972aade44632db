import { at, items, text } from "../protocol/values";
import type { PropertyMap } from "../protocol/values";
import { ownsField } from "./managedFields";
import { without, withValue } from "./object";
import { parsePath } from "./paths";

/** Field names of a path; `undefined` for a path into a list, whose items server-side apply identifies by content. */
function namesOf(path: string): [string, ...string[]] | undefined {
    const steps = parsePath(path).filter((step) => typeof step === "string");
    const [first, ...rest] = steps;
    return first === undefined || steps.length !== parsePath(path).length || steps.includes("*")
        ? undefined
        : [first, ...rest];
}

/**
 * The object to apply if the program ignores changes of some fields: a field that another manager owns is omitted, so
 * that ownership does not change; any other keeps its live value, because omitting it would remove it.
 */
export function keepIgnored(
    object: PropertyMap,
    live: PropertyMap,
    ignore: readonly string[],
    fieldManager: string,
): PropertyMap {
    return ignore.reduce((result, path) => {
        const names = namesOf(path);
        if (names === undefined) {
            return result;
        }
        const owners = items(live, "metadata", "managedFields").filter((entry) => ownsField(entry, names));
        const isMine = owners.some((entry) => text(entry, "manager") === fieldManager);
        if (owners.length > 0 && !isMine) {
            return without(result, ...names);
        }
        const value = at(live, ...names);
        return value === undefined ? result : withValue(result, value, ...names);
    }, object);
}
