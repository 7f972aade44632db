import type { MeshSettings, MonitoringSettings, SpireSettings } from "../schema";
import { joinedServiceMesh } from "../mesh/serviceMesh";
import { ownsOperator } from "../monitoring/schema";
import { fault } from "../shared/constraints";
import type { Environment } from "../shared/environments";
import type { Fault } from "../shared/faults";

/** The sections that the service mesh depends on. */
interface MeshSections {
    readonly mesh: MeshSettings;
    readonly spire: SpireSettings;
    readonly monitoring: MonitoringSettings;
    readonly environment: Environment | undefined;
}

/** Faults of the service mesh that other sections cause. */
export function serviceMeshAcrossSections(stack: string, sections: MeshSections): Fault[] {
    return [prometheusIsOutside, spireIssues, controlPlaneIsElsewhere].flatMap((constraint) =>
        constraint(stack, sections),
    );
}

/** The namespace of this stack's Prometheus joins no mesh. */
function prometheusIsOutside(stack: string, { mesh: { serviceMesh, metrics }, monitoring }: MeshSections): Fault[] {
    return serviceMesh.type !== "none" &&
        serviceMesh.mtls === "strict" &&
        serviceMesh.metrics === "meshed" &&
        metrics.enabled &&
        ownsOperator(monitoring)
        ? [
              fault(
                  stack,
                  "mesh.serviceMesh.metrics",
                  serviceMesh.metrics,
                  "plaintext while this stack installs Prometheus (monitoring.enabled), which is outside the mesh; or set mesh.serviceMesh.mtls to permissive",
                  "plaintext",
              ),
          ]
        : [];
}

/** Another stack's SPIRE has its own trust domain and may not serve Envoy. */
function spireIssues(stack: string, { mesh: { serviceMesh }, spire }: MeshSections): Fault[] {
    return serviceMesh.type === "istioSidecar" && serviceMesh.identity === "spire" && !spire.enabled
        ? [
              fault(
                  stack,
                  "spire.enabled",
                  spire.enabled,
                  "true while mesh.serviceMesh.identity is spire: the agents of this stack have to serve Envoy's API",
                  true,
              ),
          ]
        : [];
}

/** A namespace of this stack is closed, and its pods join the mesh or stay outside; the control plane is in neither. */
function controlPlaneIsElsewhere(stack: string, { mesh, spire, monitoring, environment }: MeshSections): Fault[] {
    const joined = joinedServiceMesh(mesh.serviceMesh);
    const own = [
        mesh.namespace ?? environment?.namespace,
        spire.serverNamespace,
        spire.systemNamespace,
        monitoring.namespace,
        monitoring.nodeNamespace,
    ];
    return joined !== undefined && own.includes(joined.controlPlaneNamespace)
        ? [
              fault(
                  stack,
                  "mesh.serviceMesh.controlPlaneNamespace",
                  joined.controlPlaneNamespace,
                  "the namespace of the mesh's control plane, which is none of this stack's",
                  joined.type === "linkerd" ? "linkerd" : "istio-system",
              ),
          ]
        : [];
}
