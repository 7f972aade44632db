import type { V1Node } from "@kubernetes/client-node";
import type { Lookup } from "./lookup";

/** Whether a node is simulated by kwok: its pods run no processes. */
export function isSimulated(node: V1Node): boolean {
    return node.metadata?.annotations?.["kwok.x-k8s.io/node"] === "fake" || node.metadata?.labels?.type === "kwok";
}

/** Whether every node is simulated, so that no container of a pod runs. */
export function nothingRuns(nodes: Lookup<V1Node[]>): boolean {
    return nodes.ok && nodes.value.length > 0 && nodes.value.every(isSimulated);
}
