import { strayAnnotations } from "../kubernetes/annotations";
import type { Subject } from "../kubernetes/subject";
import { identify } from "../engine/identity";
import type { Usage, UsageFault } from "../engine/usage";

/**
 * What is wrong with the exceptions of a stack, once all of its objects were judged: those that are over or cover nothing,
 * and annotations that name no rule.
 * @param rules Every rule that there is.
 */
export function usageFaults(
    subjects: readonly Subject[],
    rules: ReadonlySet<string>,
    usage: Usage,
    today: string,
): UsageFault[] {
    const strays = subjects.flatMap((subject) =>
        strayAnnotations(subject, rules).map((field) => {
            const object = identify(subject.kind, subject.object, subject.fallbackName, subject.origin);
            const message = `${object.display}: ${field.path} names no rule. Correct the name of the rule, or remove it.`;
            return { rule: "exceptions", path: field.path, message, object, source: subject.source };
        }),
    );
    return [...usage.faults(today), ...strays];
}
