import { isDay, type Grant } from "../engine/exception";
import { UnknownField, type Field } from "../engine/field";
import { each, violation, type Finding } from "../engine/finding";
import type { Subject } from "./subject";

/** Prefix of the annotations that hold exceptions. */
const PREFIX = "policy.x0tta6bl4.mesh/skip.";

/** Shown instead of a reason that is known only during the update. */
const UNKNOWN_REASON = "(reason known only during the update)";

/** An exception declared by an annotation of the object. */
type Declared = Omit<Grant, "label">;

/** The exceptions from one rule in the annotations of a workload. */
export interface DeclaredExceptions {
    /** Exceptions by container name; the key `undefined` covers the whole workload. */
    readonly grants: ReadonlyMap<string | undefined, Declared>;
    /** Findings about the annotations themselves. */
    readonly faults: readonly Finding[];
    /** Annotations whose keys are unknown: they may contain any exception. */
    readonly unknown?: Finding;
}

/** Key of the annotation that exempts a workload, or one of its containers, from a rule. Its value is the reason. */
export function skipAnnotation(rule: string, container?: string): string {
    return `${PREFIX}${rule}${container === undefined ? "" : `.${container}`}`;
}

/** The exceptions of an object without such annotations. */
const NONE: DeclaredExceptions = { grants: new Map(), faults: [] };

/** The annotations of an object that define exceptions, by rule and container. */
interface SkipAnnotations {
    readonly entries: readonly (readonly [rule: string, container: string | undefined, value: Field])[];
    /** Maps of annotations that cannot be read. */
    readonly unreadable: readonly Finding[];
}

/** Cache by object, since every rule needs it. */
const known = new WeakMap<Subject, SkipAnnotations>();

/**
 * Reads the exceptions from a rule in the annotations of an object and its pod templates; none where annotations are
 * not accepted.
 */
export function declaredExceptions(subject: Subject, rule: string, allowed: boolean): DeclaredExceptions {
    if (!allowed) {
        return NONE;
    }
    const { entries, unreadable } = skipAnnotations(subject);
    const own = entries.filter(([id]) => id === rule);
    if (own.length === 0 && unreadable.length === 0) {
        return NONE;
    }
    const grants = new Map<string | undefined, Declared>();
    const findings = [
        ...unreadable,
        ...each(own, function* ([, container, value]) {
            const { expires, reason } = readReason(value);
            if (expires !== undefined && !isDay(expires)) {
                yield violation(value, "has no valid end date", "Write it as `until 2027-06-30: the reason`.");
            } else if (reason === "") {
                yield violation(value, "has no reason", "Set its value to the reason why the rule does not apply.");
            } else {
                grants.set(container, { reason, expires, origin: value.path, path: value.path });
            }
        }),
    ];
    return {
        grants,
        faults: findings.filter((finding) => finding.type === "violation"),
        unknown: findings.find((finding) => finding.type === "undetermined"),
    };
}

/** The annotations of an object that name no existing rule, e.g. because of a typo. */
export function strayAnnotations(subject: Subject, rules: ReadonlySet<string>): Field[] {
    return skipAnnotations(subject).entries.flatMap(([rule, , value]) => (rules.has(rule) ? [] : [value]));
}

function skipAnnotations(subject: Subject): SkipAnnotations {
    const before = known.get(subject);
    if (before !== undefined) {
        return before;
    }
    const holders = new Set([subject.object, ...subject.workloads.map(({ template }) => template)]);
    const entries: SkipAnnotations["entries"][number][] = [];
    const unreadable = [
        ...each(holders, (holder) => {
            for (const [key, value] of holder.at("metadata", "annotations").entries()) {
                if (!key.startsWith(PREFIX)) {
                    continue;
                }
                const [rule = "", ...container] = key.slice(PREFIX.length).split(".");
                entries.push([rule, container.length === 0 ? undefined : container.join("."), value]);
            }
            return [];
        }),
    ];
    const found = { entries, unreadable };
    known.set(subject, found);
    return found;
}

/** The reason in an annotation, and the end date if it starts with one: `until 2027-06-30: the reason`. */
function readReason(value: Field): { readonly expires?: string; readonly reason: string } {
    try {
        const text = (value.string() ?? "").trim();
        const [, expires, reason = text] = /^until (\S*):\s*(.*)$/s.exec(text) ?? [];
        return { expires, reason };
    } catch (error) {
        if (error instanceof UnknownField) {
            return { reason: UNKNOWN_REASON };
        }
        throw error;
    }
}
