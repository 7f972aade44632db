import type { Log } from "../protocol/engine";
import { Client } from "./client";
import { messageOf } from "./errors";
import { Transport } from "./transport";
import { loadKubeConfig } from "./kubeconfig";
import type { ProviderSettings } from "./settings";

/** Time that the API server has for its first answer, in milliseconds. */
const FIRST_ANSWER_MS = 5_000;

/** One configured provider: its settings, its cluster, or the reason why that cannot be reached. */
export interface Session {
    /** The provider's configuration. */
    settings: ProviderSettings;
    /** Namespace of objects that name none. */
    defaultNamespace: string;
    /** The API server; `undefined` when it cannot be reached. */
    client: Client | undefined;
    /** Why it cannot be reached, naming server and context; "" when it can. */
    unreachable: string;
    /** A kubeconfig that leads to this cluster alone, for tools that are started. It holds credentials. */
    exportKubeConfig: () => string;
    /** Aborted when the user cancels. */
    signal: AbortSignal;
    /** What the user sees. */
    log: Log;
    /** Kinds that CRDs of this run bring, by `group/kind`; `true` for namespaced ones. */
    announcedKinds: Map<string, boolean>;
}

/** Connects to the cluster that the settings name. A cluster that cannot be reached is no error yet: a preview goes on. */
export async function openSession(settings: ProviderSettings, log: Log, signal: AbortSignal): Promise<Session> {
    const session: Session = {
        settings,
        defaultNamespace: settings.namespace || "default",
        client: undefined,
        unreachable: "",
        exportKubeConfig: () => "",
        signal,
        log,
        announcedKinds: new Map(),
    };
    try {
        const config = loadKubeConfig(settings);
        const context = config.getContextObject(config.getCurrentContext());
        const transport = new Transport(config);
        const reached: Session = {
            ...session,
            exportKubeConfig: () => config.exportConfig(),
            defaultNamespace: settings.namespace || (context?.namespace ?? "") || "default",
        };
        await transport.send({ method: "GET", path: "/version", timeoutMs: FIRST_ANSWER_MS });
        return { ...reached, client: new Client(transport) };
    } catch (error) {
        return { ...session, unreachable: messageOf(error) };
    }
}

/** The session's API server. @throws Error when it cannot be reached. */
export function clientOf(session: Session): Client {
    if (session.client === undefined) {
        throw new Error(`configured Kubernetes cluster is unreachable: ${session.unreachable}`);
    }
    return session.client;
}
