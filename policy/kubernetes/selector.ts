import { MalformedField, type Field } from "../engine/field";

/** Labels of an object by key. */
export type LabelSet = ReadonlyMap<string, string>;

/** One condition of a selector. */
interface Requirement {
    readonly key: string;
    readonly operator: string;
    readonly values: readonly string[];
}

/** Which objects a selector selects. */
export interface Selector {
    /** Required labels. */
    readonly labels: LabelSet;
    /** Further conditions. */
    readonly requirements: readonly Requirement[];
}

/** Operators of a selector. */
const OPERATORS: readonly string[] = ["In", "NotIn", "Exists", "DoesNotExist"];

/** Reads the labels of an object, or a map of labels. Throws when they cannot be read. */
export function readLabels(field: Field): LabelSet {
    return new Map(field.entries().map(([key, value]) => [key, value.string() ?? ""]));
}

/** Reads a selector with `matchLabels` and `matchExpressions`. Throws when it cannot be read. */
export function readSelector(field: Field): Selector {
    const requirements = field
        .at("matchExpressions")
        .items()
        .map((item) => {
            const operator = item.at("operator").string() ?? "";
            if (!OPERATORS.includes(operator)) {
                throw new MalformedField(item.at("operator"), `must be one of ${OPERATORS.join(", ")}`);
            }
            return { key: item.at("key").string() ?? "", operator, values: item.at("values").strings() };
        });
    return { labels: readLabels(field.at("matchLabels")), requirements };
}

/**
 * Reads the selector of a PodDisruptionBudget; `undefined` if it selects no pods. In policy/v1 an empty selector
 * selects all pods and a missing one none; in v1beta1 an empty one also selects none.
 */
export function readBudgetSelector({ object, version }: { object: Field; version?: string }): Selector | undefined {
    const field = object.at("spec", "selector");
    if (!field.isSet()) {
        return undefined;
    }
    const selector = readSelector(field);
    return version === "v1beta1" && selectsAll(selector) ? undefined : selector;
}

/** Reads the selector of a NetworkPolicy: a missing selector is the same as an empty one, which selects all pods. */
export function readPolicySelector({ object }: { object: Field }): Selector {
    return readSelector(object.at("spec", "podSelector"));
}

/** Whether a selector has no conditions and so selects everything. */
export function selectsAll({ labels, requirements }: Selector): boolean {
    return labels.size === 0 && requirements.length === 0;
}

/** Whether a selector selects an object with these labels. */
export function selects({ labels: wanted, requirements }: Selector, labels: LabelSet): boolean {
    return (
        [...wanted].every(([key, value]) => labels.get(key) === value) &&
        requirements.every((requirement) => meets(requirement, labels))
    );
}

function meets({ key, operator, values }: Requirement, labels: LabelSet): boolean {
    const value = labels.get(key);
    switch (operator) {
        case "In":
            return value !== undefined && values.includes(value);
        case "NotIn":
            return value === undefined || !values.includes(value);
        case "Exists":
            return value !== undefined;
        default:
            return value === undefined;
    }
}
