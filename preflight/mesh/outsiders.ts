import type { ResolvedMeshSettings } from "../../settings";
import { refusesOutsiders } from "../../settings/mesh/serviceMesh";

type Joined = Pick<ResolvedMeshSettings, "serviceMesh">;

/** Why nobody outside the mesh can ask the http port, e.g. the proxy of the API server; `undefined` where all may. */
export function refusesHttp({ serviceMesh }: Joined): string | undefined {
    return refusesOutsiders(serviceMesh)
        ? "strict mTLS refuses callers outside the mesh (mesh.serviceMesh); the kubelet's probes ask instead"
        : undefined;
}

/** The same for the metrics port, which may be an exception. */
export function refusesMetrics(mesh: Joined): string | undefined {
    return mesh.serviceMesh?.metrics === "plaintext" ? undefined : refusesHttp(mesh);
}
