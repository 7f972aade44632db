import type { V1ContainerStatus, V1Pod } from "@kubernetes/client-node";
import { type Check } from "../check";
import { failed, judge, type Difference } from "../outcome";
import { judging } from "../cluster/lookup";
import type { Snapshot } from "../cluster/snapshot";
import { isReady } from "../rollout";
import { servingVersion } from "../serving";
import { containerOf, CONTAINER } from "../subject";
import { same } from "../compare";
import { counted } from "../../terminal/counted";

const TOPIC = "Pods";

/** Number of restarts from which a container is considered to be in a crash loop. */
const RESTART_LIMIT = 3;

/** Why a pod is not Ready, as reported by the cluster. */
function stateOf({ status }: V1Pod): string {
    const waiting = status?.containerStatuses?.find(({ state }) => state?.waiting !== undefined)?.state?.waiting;
    const unmet = status?.conditions?.find((condition) => condition.status !== "True");
    const reason = waiting?.reason ?? unmet?.message ?? unmet?.reason ?? status?.reason;
    return `${status?.phase ?? "no status"}${reason === undefined ? "" : `: ${reason}`}`;
}

/** Pods that are evaluated: those of the version that serves, or all where there is one version. */
function judgedPods(pods: readonly V1Pod[], rollout: Snapshot["rollout"]): readonly V1Pod[] {
    const serving = servingVersion(rollout);
    return serving === undefined ? pods : pods.filter(serving.has);
}

function notReady(pod: V1Pod): Difference {
    return { path: `pod ${pod.metadata?.name ?? ""}`, expected: "Running and Ready", actual: stateOf(pod) };
}

/** Whether a container is in a crash loop. */
function isLooping({ restartCount, state }: V1ContainerStatus): boolean {
    return state?.waiting?.reason === "CrashLoopBackOff" || restartCount >= RESTART_LIMIT;
}

/** Containers of a pod that are in a crash loop. */
function loopsOf(pod: V1Pod): Difference[] {
    return (pod.status?.containerStatuses ?? []).filter(isLooping).map((container) => ({
        path: `pod ${pod.metadata?.name ?? ""}, container ${container.name}`,
        expected: `fewer than ${RESTART_LIMIT} restarts`,
        actual: `${container.restartCount} restarts${container.state?.waiting?.reason === undefined ? "" : `, ${container.state.waiting.reason}`}`,
    }));
}

/** Checks of the running pods. */
export const POD_CHECKS: readonly Check[] = [
    {
        topic: TOPIC,
        name: "Running and Ready",
        look: "get pods -o wide",
        run: ({ pods, deployment, rollout }) =>
            judging(pods, (all) => {
                const wanted = deployment.ok ? (deployment.value.spec?.replicas ?? 1) : 0;
                const serving = servingVersion(rollout);
                const judged = judgedPods(all, rollout);
                const differences = judged.filter((pod) => !isReady(pod)).map(notReady);
                if (serving === undefined) {
                    return judge(
                        [...same("number of pods", wanted, all.length), ...differences],
                        counted(all.length, "pod"),
                    );
                }
                const ready = (serving.shares ? all : judged).filter(isReady).length;
                const fewer = ready >= wanted ? [] : same("number of Ready pods that serve", wanted, ready);
                const others = all.length - judged.length;
                return judge(
                    [...fewer, ...differences],
                    `${counted(judged.length, "pod")} of the version that serves, ${others} of others`,
                );
            }),
    },
    {
        topic: TOPIC,
        name: "no restart loop",
        look: "get pods -o wide",
        run: ({ pods, rollout }) =>
            judging(pods, (all) => {
                const judged = judgedPods(all, rollout);
                const restarts = judged
                    .flatMap(({ status }) => status?.containerStatuses ?? [])
                    .reduce((sum, { restartCount }) => sum + restartCount, 0);
                return judge(judged.flatMap(loopsOf), `${restarts} restarts`);
            }),
    },
    {
        topic: TOPIC,
        name: "run the Deployment's image",
        look: "get pods -o jsonpath={..image}",
        run: (snapshot) =>
            judging(snapshot.pods, (all) =>
                judging(containerOf(snapshot), ({ image }) => {
                    // The old version runs its own image until the new one is delivered.
                    const serving = servingVersion(snapshot.rollout);
                    const differences = (serving === undefined ? all : all.filter(serving.isNewest)).flatMap((pod) =>
                        same(
                            `pod ${pod.metadata?.name ?? ""} image`,
                            image,
                            pod.spec?.containers.find(({ name }) => name === CONTAINER)?.image,
                        ),
                    );
                    return all.length === 0 ? failed("no pods") : judge(differences, image);
                }),
            ),
    },
];
