import { parseAllDocuments } from "yaml";
import { groupKindOf } from "../../policy/kubernetes/kinds";
import type { Source } from "../../policy/kubernetes/subject";

/** Freezes a value with all that it contains: a rule that changes an object, which all rules share, then fails. */
function frozen<T>(value: T): T {
    if (typeof value === "object" && value !== null) {
        Object.values(value).forEach(frozen);
        Object.freeze(value);
    }
    return value;
}

/** The objects in the example of a rule, which cannot be changed: whole manifests, or the specification of a pod. */
export function exampleObjects(text: string): Source[] {
    return parseAllDocuments(text).map((document) => {
        const value = document.toJS() as Record<string, unknown>;
        const body =
            value.kind === undefined
                ? { apiVersion: "v1", kind: "Pod", metadata: { namespace: "shop", name: "web" }, spec: value }
                : value;
        return { ...groupKindOf(String(body.apiVersion), String(body.kind)), body: frozen(body) };
    });
}
