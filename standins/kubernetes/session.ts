import { messageOf } from "../../errors";
import { loadContext } from "../../kube/kubeconfig";
import { endpointOf } from "../../kube/request";
import { openTransport } from "../../kube/transport";
import type { Log } from "../protocol/engine";
import { ANSWER_TIMEOUT_MS, KubernetesClient } from "./client";
import { apiErrorOf } from "./errors";
import type { ProviderSettings } from "./settings";

/** Time that the API server has for its first answer, in milliseconds. */
const FIRST_ANSWER_MS = 5_000;

/** One configured provider: its settings, its cluster, or the reason why that cannot be reached. */
export interface ClusterSession {
    /** The provider's configuration. */
    settings: ProviderSettings;
    /** The API server; `undefined` when it cannot be reached. */
    client: KubernetesClient | undefined;
    /** Why it cannot be reached, naming server and context; "" when it can. */
    unreachable: string;
    /** Aborted when the user cancels. */
    signal: AbortSignal;
    /** What the user sees. */
    log: Log;
    /** Kinds that CRDs of this run bring, by `group/kind`; `true` for namespaced ones. */
    announcedKinds: Map<string, boolean>;
}

/** Connects to the cluster that the settings name. A cluster that cannot be reached is no error yet: a preview continues. */
export async function openSession(settings: ProviderSettings, log: Log, signal: AbortSignal): Promise<ClusterSession> {
    const session = { settings, client: undefined, unreachable: "", signal, log, announcedKinds: new Map() };
    try {
        return { ...session, client: await connect(settings) };
    } catch (error) {
        return { ...session, unreachable: messageOf(error) };
    }
}

/** @throws Error that names server and context when the API server does not answer, or refuses these credentials. */
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

/** The session's API server. @throws Error when it cannot be reached. */
export function clientOf(session: ClusterSession): KubernetesClient {
    if (session.client === undefined) {
        throw new Error(`configured Kubernetes cluster is unreachable: ${session.unreachable}`);
    }
    return session.client;
}
