import type { V1ContainerStatus, V1Pod } from "@kubernetes/client-node";
import { type Check } from "../check";
import { failed, judge, type Difference } from "../outcome";
import { judging } from "../cluster/lookup";
import { isReady } from "../rollout";
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
        run: ({ pods, deployment }) =>
            judging(pods, (all) => {
                const wanted = deployment.ok ? (deployment.value.spec?.replicas ?? 1) : 0;
                const bad = all.filter((pod) => !isReady(pod));
                const differences = bad.map((pod) => ({
                    path: `pod ${pod.metadata?.name ?? ""}`,
                    expected: "Running and Ready",
                    actual: stateOf(pod),
                }));
                return judge(
                    [...same("number of pods", wanted, all.length), ...differences],
                    counted(all.length, "pod"),
                );
            }),
    },
    {
        topic: TOPIC,
        name: "no restart loop",
        look: "get pods -o wide",
        run: ({ pods }) =>
            judging(pods, (all) => {
                const restarts = all
                    .flatMap(({ status }) => status?.containerStatuses ?? [])
                    .reduce((sum, { restartCount }) => sum + restartCount, 0);
                return judge(all.flatMap(loopsOf), `${restarts} restarts`);
            }),
    },
    {
        topic: TOPIC,
        name: "run the Deployment's image",
        look: "get pods -o jsonpath={..image}",
        run: (snapshot) =>
            judging(snapshot.pods, (all) =>
                judging(containerOf(snapshot), ({ image }) => {
                    const differences = all.flatMap((pod) =>
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
