import { loadContext } from "../../kube/kubeconfig";
import { endpointOf } from "../../kube/request";
import { openTransport } from "../../kube/transport";
import { KubernetesClient } from "../../standins/kubernetes/client";
import type { ClusterSession } from "../../standins/kubernetes/session";
import { readSettings } from "../../standins/kubernetes/settings";

/** A log that shows nothing. */
export const SILENT = { warn: () => undefined, status: () => undefined };

/** A session whose cluster cannot be reached. */
export function offlineSession(): ClusterSession {
    return {
        settings: readSettings(new Map(), {}),
        client: undefined,
        unreachable: "no cluster",
        signal: new AbortController().signal,
        log: SILENT,
        announcedKinds: new Map(),
    };
}

/** A client whose server never responds, for code that requires a client and must not call it. */
export function offlineClient(): KubernetesClient {
    const unreachable = () => Promise.reject(new Error("no cluster"));
    return new KubernetesClient({ send: unreachable, close: () => undefined });
}

/** A client of the cluster that a context names. */
export async function clientOf(kubeconfig: string, context: string): Promise<KubernetesClient> {
    return new KubernetesClient(await openTransport(endpointOf(loadContext({ kubeconfig, context }))));
}
