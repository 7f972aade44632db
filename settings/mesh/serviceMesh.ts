import { z } from "zod";
import * as p from "../shared/primitives";
import { containerResources } from "../shared/resources";

/**
 * What Istio's injector gives a proxy where nothing else is said: `global.proxy.resources` of its chart istiod, 1.31.
 * Linkerd's chart sets none by default; its values for high availability request 100m and 20Mi, and limit memory to 250Mi.
 */
const PROXY_RESOURCES = { requests: { cpu: "100m", memory: "128Mi" }, limits: { cpu: "2", memory: "1Gi" } };

/** The service mesh that the pods join. The cluster's owner installs it; this program installs nothing of it. */
export const serviceMesh = z
    .strictObject({
        type: z
            .enum(["none", "istioSidecar", "istioAmbient", "linkerd"])
            .default("none")
            .describe("Service mesh of the cluster that the pods join; nothing of it is installed"),
        revision: p.dnsLabel
            .optional()
            .describe(
                "Revision or revision tag of Istio (istioSidecar only); unset: the default one, by the label istio-injection instead of istio.io/rev",
            ),
        mtls: z
            .enum(["strict", "permissive"])
            .default("strict")
            .describe("Whether the pods refuse callers outside the mesh; permissive: while callers still join"),
        gossip: z
            .enum(["excluded", "meshed"])
            .optional()
            .describe(
                "Whether the mesh port bypasses the proxies; unset: excluded, with istioAmbient meshed. The app encrypts it itself",
            ),
        metrics: z
            .enum(["plaintext", "meshed"])
            .default("plaintext")
            .describe(
                "How Prometheus scrapes under strict mTLS: in plain text on the metrics port alone, or from inside the mesh",
            ),
        identity: z
            .enum(["mesh", "spire"])
            .default("mesh")
            .describe("Who issues the proxies' certificates: the mesh's own CA, or SPIRE (istioSidecar only)"),
        controlPlaneNamespace: p.dnsLabel
            .optional()
            .describe("Namespace of the control plane; unset: istio-system, for linkerd linkerd"),
        proxy: containerResources(PROXY_RESOURCES).describe(
            "What the injected proxy requests and may use at most; not with istioAmbient, which injects none",
        ),
    })
    .prefault({});

/** Settings of the service mesh. */
export type ServiceMeshSettings = z.output<typeof serviceMesh>;

/** A service mesh that the pods join, with everything filled in that its type decides. */
export interface JoinedServiceMesh extends Omit<ServiceMeshSettings, "type" | "gossip" | "controlPlaneNamespace"> {
    readonly type: Exclude<ServiceMeshSettings["type"], "none">;
    readonly gossip: "excluded" | "meshed";
    readonly controlPlaneNamespace: string;
}

/** Fills in what the type decides; `undefined` where the pods join no mesh. */
export function joinedServiceMesh({ type, ...settings }: ServiceMeshSettings): JoinedServiceMesh | undefined {
    return type === "none"
        ? undefined
        : {
              ...settings,
              type,
              // ztunnel has no list of ports that it leaves alone.
              gossip: settings.gossip ?? (type === "istioAmbient" ? "meshed" : "excluded"),
              // Where the documentation of each mesh installs it.
              controlPlaneNamespace:
                  settings.controlPlaneNamespace ?? (type === "linkerd" ? "linkerd" : "istio-system"),
          };
}

/** Whether the mesh adds a proxy container to the pods. */
export function injectsProxy(mesh: Pick<JoinedServiceMesh, "type"> | undefined): boolean {
    return mesh?.type === "istioSidecar" || mesh?.type === "linkerd";
}

/** Whether the pods refuse a caller outside the mesh on the http port. */
export function refusesOutsiders(mesh: Pick<JoinedServiceMesh, "mtls"> | undefined): boolean {
    return mesh?.mtls === "strict";
}
