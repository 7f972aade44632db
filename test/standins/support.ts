import { loadContext } from "../../kube/kubeconfig";
import { endpointOf } from "../../kube/request";
import { openTransport } from "../../kube/transport";
import { Client } from "../../standins/kubernetes/client";
import type { Session } from "../../standins/kubernetes/session";
import { readSettings } from "../../standins/kubernetes/settings";

/** A log that shows nothing. */
export const SILENT = { warn: () => undefined, status: () => undefined };

/** A session whose cluster cannot be reached. */
export function offlineSession(): Session {
    return {
        settings: readSettings(new Map(), {}),
        client: undefined,
        unreachable: "no cluster",
        signal: new AbortController().signal,
        log: SILENT,
        announcedKinds: new Map(),
    };
}

/** A client whose server answers nothing, for code that is given one and must not call it. */
export function offlineClient(): Client {
    const unreachable = () => Promise.reject(new Error("no cluster"));
    return new Client({ send: unreachable, close: () => undefined });
}

/** A client of the cluster that a context names. */
export async function clientOf(kubeconfig: string, context: string): Promise<Client> {
    return new Client(await openTransport(endpointOf(loadContext({ kubeconfig, context }))));
}
