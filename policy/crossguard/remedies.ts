import { isObject } from "../engine/field";
import type { Outcome } from "../engine/outcome";
import { keysOf } from "../engine/path";

/** A value to set, and where. */
export interface Change {
    /** Keys from the root of the object. */
    readonly keys: readonly string[];
    /** Value to set. */
    readonly value: unknown;
}

/** How to mend what a violation found, given its path and that of the pod. */
type Remedy = (path: string, pod: string) => { readonly path: string; readonly value: unknown } | undefined;

/**
 * The rules that can mend what they find. They fill in what is unset: what somebody has set otherwise was meant so, and
 * stays a violation.
 */
export const REMEDIES: Readonly<Record<string, Remedy>> = {
    "privilege-escalation": (path) => ({ path, value: false }),
    "capabilities-restricted": (path) => (path.endsWith(".drop") ? { path, value: ["ALL"] } : undefined),
    "seccomp-restricted": (path, pod) =>
        path.endsWith(".seccompProfile")
            ? { path: `${pod}.securityContext.seccompProfile`, value: { type: "RuntimeDefault" } }
            : undefined,
    "run-as-non-root": (path, pod) =>
        path.endsWith(".runAsNonRoot") ? { path: `${pod}.securityContext.runAsNonRoot`, value: true } : undefined,
    "service-account-automount": (path) => ({ path, value: false }),
};

/** What has to be set in an object so that a rule finds nothing more; empty when it can't help. */
export function changesFor(rule: string, object: unknown, outcomes: readonly Outcome[]): Change[] {
    const remedy = REMEDIES[rule];
    if (remedy === undefined) return [];
    const changes = new Map<string, Change>();
    for (const { type, path } of outcomes) {
        if (type !== "violation") continue;
        const change = remedy(path, path.replace(/\.(?:containers|initContainers|ephemeralContainers)\[.*$/, ""));
        if (change === undefined) continue;
        const keys = keysOf(change.path);
        if (isUnset(object, keysOf(path)) && isUnset(object, keys)) {
            changes.set(change.path, { keys, value: change.value });
        }
    }
    return [...changes.values()];
}

/** Whether a place holds nothing, and all above it can hold something. */
function isUnset(object: unknown, keys: readonly string[]): boolean {
    let value = object;
    for (const key of keys) {
        if (value === undefined || value === null) return true;
        if (!isObject(value) && !Array.isArray(value)) return false;
        value = Reflect.get(value, key);
    }
    return value === undefined || value === null;
}
