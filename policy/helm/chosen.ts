import type { Capabilities } from "./capabilities";

/**
 * Capabilities of the cluster that the user names, by `X0TTA6BL4_KUBE_VERSION` (e.g. `v1.33.1`) and
 * `X0TTA6BL4_API_VERSIONS` (e.g. `monitoring.coreos.com/v1`, separated by commas); no cluster is queried then.
 */
export function chosenCapabilities(): Capabilities | undefined {
    const { X0TTA6BL4_KUBE_VERSION: kubeVersion = "", X0TTA6BL4_API_VERSIONS: versions = "" } = process.env;
    const apiVersions = versions
        .split(",")
        .map((version) => version.trim())
        .filter((version) => version !== "");
    return kubeVersion === "" && apiVersions.length === 0 ? undefined : { kubeVersion, apiVersions };
}
