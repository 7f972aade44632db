import { parseAllDocuments } from "yaml";
import { groupKindOf } from "../../policy/kubernetes/kinds";
import type { Source } from "../../policy/kubernetes/subject";
import { deepFreeze } from "../../settings";

/**
 * The objects in the example of a rule: whole manifests, or the specification of a pod. They are frozen: a rule that changes
 * an object, which all rules share, fails.
 */
export function exampleObjects(text: string): Source[] {
    return parseAllDocuments(text).map((document) => {
        const value = document.toJS() as Record<string, unknown>;
        const body =
            value.kind === undefined
                ? { apiVersion: "v1", kind: "Pod", metadata: { namespace: "shop", name: "web" }, spec: value }
                : value;
        return { ...groupKindOf(String(body.apiVersion), String(body.kind)), body: deepFreeze(body) };
    });
}
