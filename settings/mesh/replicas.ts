import type { MeshSettings } from "./schema";

/** Minimum number of pods in normal operation. */
export function minimumReplicas(mesh: Pick<MeshSettings, "autoscaling" | "replicas">): number {
    return mesh.autoscaling.enabled ? mesh.autoscaling.minReplicas : mesh.replicas;
}
