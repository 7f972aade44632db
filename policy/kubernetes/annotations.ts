import type { Grant } from "../engine/exception";
import { UnknownField, type Field } from "../engine/field";
import { each, violation, type Finding } from "../engine/finding";
import type { Subject } from "./subject";

/** Prefix of every annotation of the pack. */
const PREFIX = "policy.x0tta6bl4.mesh/";

/** Shown for a reason that only the update will know. */
const UNKNOWN_REASON = "(reason known only during the update)";

/** The exceptions from one rule that a workload declares about itself. */
export interface DeclaredExceptions {
    /** Exceptions by container name; the key `undefined` covers the whole workload. */
    readonly grants: ReadonlyMap<string | undefined, Grant>;
    /** What is wrong with the annotations themselves. */
    readonly faults: readonly Finding[];
    /** Annotations of which not even the keys are known: any exception might be in there. */
    readonly unknown?: Finding;
}

/** Name of the annotation that excepts a workload, or one of its containers, from a rule. Its value is the reason. */
export function skipAnnotation(rule: string, container?: string): string {
    return `${PREFIX}skip.${rule}${container === undefined ? "" : `.${container}`}`;
}

/** The exceptions of an object that declares none. */
const NONE: DeclaredExceptions = { grants: new Map(), faults: [] };

/**
 * Reads the exceptions from a rule in the annotations of an object and its pod templates; none where annotations are not
 * to count.
 */
export function declaredExceptions(subject: Subject, rule: string, allowed: boolean): DeclaredExceptions {
    if (!allowed) return NONE;
    const grants = new Map<string | undefined, Grant>();
    const findings = [...each(annotationMaps(subject), (annotations) => readGrants(annotations, rule, grants))];
    return {
        grants,
        faults: findings.filter((finding) => finding.type === "violation"),
        unknown: findings.find((finding) => finding.type === "undetermined"),
    };
}

function annotationMaps({ object, workloads }: Subject): Field[] {
    const holders = new Set([object, ...workloads.map(({ template }) => template)]);
    return [...holders].map((holder) => holder.at("metadata", "annotations"));
}

function* readGrants(annotations: Field, rule: string, grants: Map<string | undefined, Grant>): Generator<Finding> {
    const all = skipAnnotation(rule);
    const relevant = annotations.entries().filter(([key]) => key === all || key.startsWith(`${all}.`));
    yield* each(relevant, function* ([key, value]) {
        const reason = readReason(value);
        if (reason === "") {
            yield violation(value, "has no reason", "Write as its value why the rule does not apply here.");
        } else {
            grants.set(key === all ? undefined : key.slice(all.length + 1), { reason, origin: value.path });
        }
    });
}

function readReason(value: Field): string {
    try {
        return (value.string() ?? "").trim();
    } catch (error) {
        if (error instanceof UnknownField) return UNKNOWN_REASON;
        throw error;
    }
}
