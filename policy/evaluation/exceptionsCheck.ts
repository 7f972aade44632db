import { strayAnnotations } from "../kubernetes/annotations";
import type { Subject } from "../kubernetes/subject";
import { identify } from "../engine/identity";
import type { Usage, UsageFault } from "../engine/usage";

/**
 * Checks the exceptions of a stack, after all of its objects were evaluated: reports those that have expired or cover
 * nothing, and annotations that name no rule.
 * @param rules Every rule of the pack.
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
            const message = `${object.display}: ${field.path} does not name an existing rule. Correct the rule's name, or remove the annotation.`;
            return { rule: "exceptions", path: field.path, message, object, source: subject.source };
        }),
    );
    return [...usage.faults(today), ...strays];
}
