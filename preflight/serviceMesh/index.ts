import { namespaceJoinLabels } from "../../components/mesh/serviceMesh/join";
import { APP } from "../../components/mesh/names";
import { labels } from "../../components/shared/labels";
import type { Settings } from "../../settings";
import type { Read } from "../../kube/read";
import { FINE, type Joining, type Judgement, leave, refuse, together } from "./context";
import { ambientJudgement, sidecarJudgement } from "./istio";
import { linkerdJudgement } from "./linkerd";
import { KINDS, readServiceMesh, seenValue } from "./live";
import { foreignLabels, outsideCallers } from "./namespace";

/**
 * Whether the cluster has what the pods join: kinds, webhook, CNI plugin, template and trust domain. What these credentials
 * may not read is not judged.
 * @param command How commands call kubectl on the stack's cluster.
 */
export async function serviceMeshJudgement(
    read: Read,
    settings: Pick<Settings, "environment" | "mesh" | "spire">,
    command: string,
): Promise<Judgement> {
    const { environment, mesh, spire } = settings;
    const { serviceMesh } = mesh;
    if (serviceMesh === undefined) {
        return FINE;
    }
    const { httpFromNamespaces, httpFromPods } = mesh.networkPolicy;
    const callers = [...httpFromNamespaces.map((namespace) => ({ namespace })), ...httpFromPods];
    const joining: Joining = {
        stack: environment.stack,
        command,
        namespaceLabels: {
            "kubernetes.io/metadata.name": mesh.namespace,
            ...labels(APP, "mesh-node", environment),
            ...namespaceJoinLabels({ environment, settings: mesh, spire }),
        },
        podLabels: labels(APP, "mesh-node", environment),
        mesh,
        serviceMesh,
        trustDomain: spire.trustDomain,
        live: await readServiceMesh(read, serviceMesh, mesh.namespace, callers),
    };
    return together([kindsExist(joining), await dataPlane(joining), foreignLabels(joining), outsideCallers(joining)]);
}

function dataPlane(joining: Joining): Promise<Judgement> {
    switch (joining.serviceMesh.type) {
        case "istioSidecar":
            return sidecarJudgement(joining);
        case "istioAmbient":
            return ambientJudgement(joining);
        case "linkerd":
            return linkerdJudgement(joining);
    }
}

function kindsExist({ stack, serviceMesh, live }: Joining): Judgement {
    const kinds = seenValue(live.kinds);
    const missing = kinds === undefined ? [] : KINDS[serviceMesh.type].filter((kind) => !kinds.includes(kind));
    return missing.length === 0
        ? FINE
        : refuse(
              `The cluster does not have ${missing.join(", ")}, of which this stack creates objects for mesh.serviceMesh.type ${serviceMesh.type}.`,
              `Install the mesh's definitions:  the chart ${serviceMesh.type === "linkerd" ? "linkerd-crds" : "base of Istio"}`,
              leave(stack),
          );
}
