import { messageOf } from "../../errors";
import { loadContext } from "../../kube/kubeconfig";
import { endpointOf } from "../../kube/request";
import { openTransport } from "../../kube/transport";
import type { Log } from "../protocol/engine";
import { ANSWER_TIMEOUT_MS, KubernetesClient } from "./client";
import { apiErrorOf } from "./errors";
import type { ProviderSettings } from "./settings";

/** Timeout of the first response of the API server (ms). */
const FIRST_ANSWER_MS = 5_000;

/** A configured provider: its settings, and its cluster or the reason why the cluster is unreachable. */
export interface ClusterSession {
    /** The provider's configuration. */
    settings: ProviderSettings;
    /** Client of the API server; `undefined` if it is unreachable. */
    client: KubernetesClient | undefined;
    /** Why the API server is unreachable, with server and context; "" if it is reachable. */
    unreachable: string;
    /** Aborted when the user cancels. */
    signal: AbortSignal;
    /** Log that is shown to the user. */
    log: Log;
    /** Kinds defined by CRDs of this run, by `group/kind`; `true` for namespaced kinds. */
    announcedKinds: Map<string, boolean>;
}

/** Connects to the cluster in the settings. An unreachable cluster is not an error yet: a preview continues. */
export async function openSession(settings: ProviderSettings, log: Log, signal: AbortSignal): Promise<ClusterSession> {
    const session = { settings, client: undefined, unreachable: "", signal, log, announcedKinds: new Map() };
    try {
        return { ...session, client: await connect(settings) };
    } catch (error) {
        return { ...session, unreachable: messageOf(error) };
    }
}

/** @throws Error that names server and context if the API server does not respond, or rejects the credentials. */
async function connect(settings: ProviderSettings): Promise<KubernetesClient> {
    const context = loadContext(settings);
    const endpoint = endpointOf(context);
    const fault = (error: unknown) =>
        new Error(`no answer from ${context.server} (context ${context.name}): ${messageOf(error)}`, { cause: error });
    const first = await openTransport(endpoint, FIRST_ANSWER_MS);
    const { status, text } = await first.send({ path: "/version" }).catch((error: unknown) => {
        throw fault(error);
    });
    first.close();
    if (status >= 400) {
        throw apiErrorOf(status, text, "GET /version");
    }
    return new KubernetesClient(await openTransport(endpoint, ANSWER_TIMEOUT_MS), fault);
}

/** Client of the session's API server. @throws Error if the API server is unreachable. */
export function clientOf(session: ClusterSession): KubernetesClient {
    if (session.client === undefined) {
        throw new Error(`configured Kubernetes cluster is unreachable: ${session.unreachable}`);
    }
    return session.client;
}
