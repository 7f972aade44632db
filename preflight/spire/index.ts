import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import type { KubeletApi } from "../../components/spire";
import { AGENT, SERVER, TRUST_DOMAIN_ANNOTATION, VERSION_LABEL } from "../../components/spire/names";
import type { Settings } from "../../settings";
import { kubectl } from "../../kube/kubectl";
import type { Read } from "../../kube/read";
import { refusal } from "../refusal";
import { oldestMinor } from "../kubernetesVersion";
import { listSecrets, liveSecrets } from "../secrets";
import { liveClaim } from "./claims";
import { type LiveSpire, neededSecrets, refusals } from "./upgrade";

/** First Kubernetes minor version where `nodes/pods` can be granted by itself (KubeletFineGrainedAuthz, beta). */
const FINE_GRAINED_KUBELET_MINOR = 33;

const objectSchema = z.object({
    metadata: z.object({
        labels: z.record(z.string(), z.string()).default({}),
        annotations: z.record(z.string(), z.string()).default({}),
    }),
});

/** Decisions about SPIRE from the cluster. */
export interface SpireFacts {
    /** Permission that agents get. */
    readonly kubeletApi: KubeletApi;
}

/**
 * Checks what runs before SPIRE is changed: no minor version is skipped, no trust domain replaced, no Secret missing.
 * Without a reachable cluster nothing is checked.
 * @param read Reads from the stack's own cluster.
 * @throws UserError with every reason at once.
 */
export async function checkSpire({ cluster, environment, spire }: Settings, read: Read): Promise<SpireFacts> {
    const live = cluster.checkReachable && spire.enabled ? await liveSpire(read, spire) : undefined;
    const reasons =
        live === undefined ? [] : refusals(spire, live, { environment: environment.name, command: kubectl(cluster) });
    if (reasons.length > 0) {
        throw refusal("SPIRE", environment.stack, reasons);
    }
    return { kubeletApi: kubeletApi(spire.agent.kubeletApi, live?.kubernetesMinor) };
}

/** Running versions, read from the API server. */
export async function liveSpire(read: Read, spire: Settings["spire"]): Promise<LiveSpire> {
    const { serverNamespace, systemNamespace } = spire;
    const object = async (path: string) => {
        const answer = await read(path);
        return answer.seen ? answer.object : undefined;
    };
    const [kubernetesMinor, namespace, server, agents] = await Promise.all([
        oldestMinor(read),
        object(`/api/v1/namespaces/${serverNamespace}`),
        object(`/apis/apps/v1/namespaces/${serverNamespace}/statefulsets/${SERVER}`),
        object(`/apis/apps/v1/namespaces/${systemNamespace}/daemonsets/${AGENT}`),
    ]);
    const serverObject = objectSchema.safeParse(server).data?.metadata;
    return {
        environment: serverObject?.labels.environment,
        serverVersion: serverObject?.labels[VERSION_LABEL],
        agentVersion: objectSchema.safeParse(agents).data?.metadata.labels[VERSION_LABEL],
        trustDomain: serverObject?.annotations[TRUST_DOMAIN_ANNOTATION],
        kubernetesMinor,
        claim: liveClaim(server),
        secrets:
            namespace === undefined || !spire.checkSecrets
                ? announceSecrets(spire)
                : await liveSecrets(read, serverNamespace, neededSecrets(spire)),
    };
}

/** Before the first update there is no namespace that a Secret could be in: the server waits for it. */
function announceSecrets(spire: Settings["spire"]): LiveSpire["secrets"] {
    const needed = spire.checkSecrets ? neededSecrets(spire) : [];
    if (needed.length > 0) {
        void pulumi.log.warn(
            `The SPIRE server will wait for Secrets that you create in namespace ${spire.serverNamespace}: ${listSecrets(needed)}`,
        );
    }
    return new Map();
}

function kubeletApi(setting: Settings["spire"]["agent"]["kubeletApi"], minor: number | undefined): KubeletApi {
    if (setting !== "auto") {
        return setting;
    }
    if (minor === undefined || minor >= FINE_GRAINED_KUBELET_MINOR) {
        return "nodes/pods";
    }
    void pulumi.log.warn(
        `Kubernetes 1.${minor} cannot grant nodes/pods by itself (1.${FINE_GRAINED_KUBELET_MINOR} can): SPIRE agents get ` +
            "nodes/proxy, which also allows them to execute commands in any container of a node",
    );
    return "nodes/proxy";
}
