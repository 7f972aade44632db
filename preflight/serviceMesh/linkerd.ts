import { parse } from "yaml";
import { z } from "zod";
import { setCommand } from "../../settings/shared/faults";
import { FINE, type Joining, type Judgement, leave, refuse, refusesNetAdmin, together, warn } from "./context";
import { seenValue } from "./live";
import { injecting } from "./webhooks";

/** Name of Linkerd's injection webhook (chart linkerd-control-plane, `proxy-injector-rbac.yaml`). */
const INJECTOR = "linkerd-proxy-injector.linkerd.io";

/** DaemonSet of the chart linkerd2-cni. */
const CNI = "linkerd-cni";

const valuesSchema = z.object({ cniEnabled: z.boolean().default(false) });

/** What must be there before Linkerd injects proxies. */
export async function linkerdJudgement(joining: Joining): Promise<Judgement> {
    const { stack, live, serviceMesh, mesh } = joining;
    const webhooks = seenValue(live.webhooks);
    if (webhooks === undefined) {
        return FINE;
    }
    if (injecting(webhooks, INJECTOR, joining.namespaceLabels, joining.podLabels).length === 0) {
        return refuse(
            `No webhook of the cluster injects Linkerd's proxies into namespace ${mesh.namespace}: the pods would start outside the mesh.`,
            "Install Linkerd:  https://linkerd.io/2/getting-started/",
            leave(stack),
        );
    }
    const data = seenValue(await live.configMap(serviceMesh.controlPlaneNamespace, "linkerd-config"));
    const values = valuesSchema.safeParse(data?.values === undefined ? undefined : parse(data.values)).data;
    if (values === undefined) {
        return warn(
            `ConfigMap linkerd-config of namespace ${serviceMesh.controlPlaneNamespace} cannot be read: linkerd-cni is not checked.`,
            `If the control plane is elsewhere:  ${setCommand(stack, "mesh.serviceMesh.controlPlaneNamespace", "NAMESPACE")}`,
        );
    }
    const daemonSets = seenValue(live.daemonSets);
    const cni = daemonSets === undefined || daemonSets.some(({ metadata }) => metadata.name === CNI);
    const guide =
        "Install the chart linkerd2-cni, and the control plane with the value cniEnabled=true:  https://linkerd.io/2/features/cni/";
    return together([
        values.cniEnabled || !refusesNetAdmin(joining)
            ? FINE
            : refuse(
                  `Linkerd's injector adds the container linkerd-init, which has NET_ADMIN and NET_RAW: namespace ${mesh.namespace} enforces Pod Security level ${mesh.podSecurity.level} and refuses such pods.`,
                  guide,
                  leave(stack),
              ),
        values.cniEnabled && !cni
            ? refuse(
                  `Linkerd relies on its CNI plugin (cniEnabled), but the cluster has no DaemonSet ${CNI}: the container linkerd-network-validator would never succeed.`,
                  guide,
                  leave(stack),
              )
            : FINE,
    ]);
}
