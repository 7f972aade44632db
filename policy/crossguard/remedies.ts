import { isObject } from "../engine/field";
import type { RuleOutcome } from "../engine/outcome";
import { keysOf } from "../engine/path";
import type { Rule } from "../evaluation/rule";
import { serviceAccountUnset } from "../rules/pods/serviceAccountAutomount";

/** A value to set, and where. */
export interface Assignment {
    /** Keys from the root of the object. */
    readonly keys: readonly string[];
    /** Value to set. */
    readonly value: unknown;
}

/** How violations of a rule are remediated. */
export interface Remedy {
    /** What to set for a violation, given its path and the path of the pod; `undefined` when it cannot be fixed. */
    readonly change: (path: string, pod: string) => { readonly path: string; readonly value: unknown } | undefined;
    /** Rule that finds what to fix. Default: the rule itself. */
    readonly judge?: Rule;
}

/**
 * The rules that can be remediated. They fill in unset fields; a field set to another value was set on purpose and
 * stays a violation.
 */
export const REMEDIES: Readonly<Record<string, Remedy>> = {
    "privilege-escalation": { change: (path) => ({ path, value: false }) },
    "capabilities-restricted": {
        change: (path) => (path.endsWith(".drop") ? { path, value: ["ALL"] } : undefined),
    },
    "seccomp-restricted": {
        change: (path, pod) =>
            path.endsWith(".seccompProfile")
                ? { path: `${pod}.securityContext.seccompProfile`, value: { type: "RuntimeDefault" } }
                : undefined,
    },
    "run-as-non-root": {
        change: (path, pod) =>
            path.endsWith(".runAsNonRoot") ? { path: `${pod}.securityContext.runAsNonRoot`, value: true } : undefined,
    },
    "service-account-automount": { change: (path) => ({ path, value: false }), judge: serviceAccountUnset },
};

/** What must be set in an object so that a rule finds no more violations; empty when the remedy does not help. */
export function changesFor({ change: fix }: Remedy, object: unknown, outcomes: readonly RuleOutcome[]): Assignment[] {
    const changes = new Map<string, Assignment>();
    for (const { type, path } of outcomes) {
        if (type !== "violation") {
            continue;
        }
        const change = fix(path, path.replace(/\.(?:containers|initContainers|ephemeralContainers)\[.*$/, ""));
        if (change === undefined) {
            continue;
        }
        const keys = keysOf(change.path);
        if (isUnset(object, keysOf(path)) && isUnset(object, keys)) {
            changes.set(change.path, { keys, value: change.value });
        }
    }
    return [...changes.values()];
}

/** Whether a field is unset and can be set. */
function isUnset(object: unknown, keys: readonly string[]): boolean {
    let value = object;
    for (const key of keys) {
        if (value === undefined || value === null) {
            return true;
        }
        if (!isObject(value) && !Array.isArray(value)) {
            return false;
        }
        value = Reflect.get(value, key);
    }
    return value === undefined || value === null;
}
