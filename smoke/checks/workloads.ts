import type { V1DaemonSet, V1Deployment } from "@kubernetes/client-node";
import { judge, type Outcome } from "../outcome";
import { judging, type Lookup } from "../cluster/lookup";
import { same } from "../compare";

/** Checks that a DaemonSet is ready and up to date on every node that should run it. */
export function onEveryNode(daemonSet: Lookup<V1DaemonSet>): Outcome {
    return judging(daemonSet, ({ status }) => {
        const wanted = status?.desiredNumberScheduled ?? 0;
        return judge(
            [
                ...same("nodes that should have it, above 0", true, wanted > 0),
                ...same("status.numberReady", wanted, status?.numberReady),
                ...same("status.updatedNumberScheduled", wanted, status?.updatedNumberScheduled),
            ],
            `${wanted} nodes`,
        );
    });
}

/** Checks that a Deployment has the desired number of pods, all ready and up to date. */
export function allReady(deployment: Lookup<V1Deployment>, replicas: number): Outcome {
    return judging(deployment, ({ spec, status }) =>
        judge(
            [
                ...same("spec.replicas", replicas, spec?.replicas),
                ...same("status.readyReplicas", replicas, status?.readyReplicas),
                ...same("status.updatedReplicas", replicas, status?.updatedReplicas),
            ],
            `${replicas}`,
        ),
    );
}
