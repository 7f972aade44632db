import { DELEGATING, MAKING_PODS } from "./podMakers";
import { namespaceOf, type Stack } from "./stack";

/**
 * Whether objects of the stack create pods in a namespace whose labels the stack does not show.
 * @param namespace Default: it is not known.
 */
export function hasUnseenPods(stack: Stack, namespace: string | undefined): boolean {
    // A repository may contain objects for any namespace.
    return (
        stack.ofKind(...DELEGATING).length > 0 ||
        stack.ofKind(...MAKING_PODS).some((subject) => namespace === undefined || namespaceOf(subject) === namespace)
    );
}
