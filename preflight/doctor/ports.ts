import { APP, meshNames } from "../../components/mesh/names";
import { labelSelector, selectorLabels } from "../../components/shared/labels";
import { reader } from "../../kube/read";
import type { Settings } from "../../settings";
import type { Target } from "../../engine/target";
import { z } from "zod";
import type { Examined } from "../cluster";
import { simulated } from "../facts";
import { type Listen, listenByExec, portFindings, skipAll } from "../mesh/ports";
import type { CheckFinding } from "../report";

const podsSchema = z.object({
    items: z.array(
        z.object({
            metadata: z.object({ name: z.string() }),
            status: z.object({ phase: z.string().optional() }).optional(),
        }),
    ),
});

/**
 * Do the ports of the settings lead to the app that runs? Only a running app can tell.
 * @param listen What a pod listens on; default: by `kubectl exec`.
 */
export async function portChecks(
    { environment, mesh }: Pick<Settings, "environment" | "mesh">,
    { facts, send }: NonNullable<Examined["answering"]>,
    target: Target,
    listen?: Listen,
): Promise<CheckFinding[]> {
    const { namespace } = mesh;
    if (simulated(facts)) {
        return skipAll("simulated nodes: no container runs").map(finding);
    }
    const label = encodeURIComponent(labelSelector(selectorLabels(APP, environment)));
    const answer = await reader(send)(`/api/v1/namespaces/${namespace}/pods?labelSelector=${label}`);
    if (!answer.seen) {
        return skipAll(`your user cannot list pods in namespace ${namespace}`).map(finding);
    }
    const pods = podsSchema.safeParse(answer.object).data?.items ?? [];
    const running = pods.filter(({ status }) => status?.phase === "Running").map(({ metadata }) => metadata.name);
    if (running.length === 0) {
        return skipAll(`no pod of ${meshNames(environment).app} runs yet`).map(finding);
    }
    const found = await portFindings(
        { stack: environment.stack, namespace, mesh, pods: running },
        async (path) => (await send(path)).status,
        listen ?? listenByExec(target, namespace),
    );
    return found.map(finding);
}

/** A wrong port keeps no update from ending: the metrics page is missed, or the pods that run already show it. */
function finding({ port, status, detail, fix }: Awaited<ReturnType<typeof portFindings>>[number]): CheckFinding {
    return { status: status === "fail" ? "warn" : status, name: `Port ${port} of the mesh`, detail, fix };
}
