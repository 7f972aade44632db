import { setTimeout as sleep } from "node:timers/promises";
import type { Send } from "../kube/request";
import type { Step } from "../terminal/progress";
import { type ClusterFacts, type Node, readFacts } from "./facts";

/** How long (ms) a node that was made counts as starting: its kubelet and network plugin take up to a minute. */
const STARTING_MS = 120_000;

/** Interval between two polls (ms). */
const POLL_MS = 1_000;

/** Taints of a node that is still starting; Kubernetes' own controllers set and remove them. */
const STARTING_TAINTS = ["node.kubernetes.io/not-ready", "node.cloudprovider.kubernetes.io/uninitialized"];

/** Whether a node's kubelet reports that it is Ready. */
export function isReady({ status }: Node): boolean {
    return status.conditions.some((condition) => condition.type === "Ready" && condition.status === "True");
}

/**
 * Reads a cluster's facts once its new nodes have started: a cluster answers some seconds before its nodes accept pods.
 * Older nodes are not waited for.
 * @param step Told what is waited for.
 * @param now This machine's clock (ms since 1970).
 * @throws Error when nothing answers.
 */
export async function settledFacts(
    send: Send,
    step: Step,
    now: () => number = Date.now,
    pause: () => Promise<unknown> = () => sleep(POLL_MS),
): Promise<ClusterFacts> {
    for (;;) {
        const facts = await readFacts(send, now);
        const starting = startingNodes(facts, now());
        if (starting.length === 0) {
            return facts;
        }
        step.update(`waiting for new nodes: ${starting.map(({ metadata }) => metadata.name).join(", ")}`);
        await pause();
    }
}

/** The nodes that are new, by the API server's clock, and accept no pods yet. */
function startingNodes({ nodes = [], clockAheadMs = 0 }: ClusterFacts, now: number): Node[] {
    const madeAfter = now + clockAheadMs - STARTING_MS;
    return nodes.filter((node) => {
        const { creationTimestamp } = node.metadata;
        const isNew = creationTimestamp !== undefined && Date.parse(creationTimestamp) > madeAfter;
        return isNew && (!isReady(node) || node.spec.taints.some(({ key }) => STARTING_TAINTS.includes(key)));
    });
}
