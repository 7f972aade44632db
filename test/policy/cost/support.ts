import { parse } from "yaml";
import { stackOfSources } from "../../../policy/evaluation/evaluateStack";
import { podGroups, type PodGroup } from "../../../policy/cost/pods";
import { groupKindOf } from "../../../policy/kubernetes/kinds";
import type { Stack } from "../../../policy/kubernetes/stack";
import type { Source } from "../../../policy/kubernetes/subject";

/** Objects of a text with YAML documents, as a stack has them. */
export function sourcesIn(text: string): Source[] {
    return text.split(/^---$/m).map((document) => {
        const body = parse(document) as { apiVersion: string; kind: string };
        return { ...groupKindOf(body.apiVersion, body.kind), body };
    });
}

/** The stack of a text with YAML documents. */
export function stackIn(text: string): Stack {
    return stackOfSources(sourcesIn(text));
}

/** The pods of a text with YAML documents, by the name of their object. */
export function groupsIn(text: string): Map<string, PodGroup> {
    const stack = stackIn(text);
    const groupOf = podGroups(stack);
    return new Map(
        stack.workloads.flatMap((item) => {
            const group = groupOf(item);
            return group === undefined ? [] : [[group.object.split("/").at(-1) ?? "", group] as const];
        }),
    );
}

/** The one group of a text. */
export function groupIn(text: string): PodGroup {
    const [group] = groupsIn(text).values();
    if (group === undefined) {
        throw new Error("no pods");
    }
    return group;
}

/** A Deployment with a specification of its pods and further fields of its own. */
export function deployment(name: string, pod: string, spec = "replicas: 2"): string {
    return `
apiVersion: apps/v1
kind: Deployment
metadata: { namespace: shop, name: ${name} }
spec:
  ${spec.trim().replaceAll("\n", "\n  ")}
  template:
    metadata: { labels: { app: ${name} } }
    spec:
      ${pod.trim().replaceAll("\n", "\n      ")}
`;
}
