import { AppsV1Api, CoreV1Api, type V1ConfigMap, type V1DaemonSet, type V1StatefulSet } from "@kubernetes/client-node";
import { z } from "zod";
import { AGENT, BUNDLE_CONFIG_MAP, CSI_DRIVER, SERVER } from "../../components/spire/names";
import { MESH_IDENTITY } from "../../settings/spire/identityConstraints";
import type { Expectation } from "../expectation";
import type { Client } from "./client";
import { readCustom } from "./custom";
import { lookup, type Lookup } from "./lookup";

/** What the controller manager reports of one ClusterSPIFFEID. */
export interface IdentityStats {
    /** Pods that it selects. */
    readonly podsSelected: number;
    /** Entries that the server should have. */
    readonly entriesToSet: number;
    /** Entries that the server refused, and pods for which none could be made. */
    readonly failures: number;
}

/** SPIRE's part of the snapshot. */
export interface SpireSnapshot {
    /** The servers. */
    readonly server: Lookup<V1StatefulSet>;
    /** The agents. */
    readonly agents: Lookup<V1DaemonSet>;
    /** The CSI driver. */
    readonly csi: Lookup<V1DaemonSet>;
    /** The trust bundle that the server publishes. */
    readonly bundle: Lookup<V1ConfigMap>;
    /** What became of the mesh's ClusterSPIFFEID. */
    readonly identity: Lookup<IdentityStats>;
}

const identitySchema = z
    .object({
        status: z
            .object({
                stats: z.object({
                    podsSelected: z.number().default(0),
                    entriesToSet: z.number().default(0),
                    entryFailures: z.number().default(0),
                    podEntryRenderFailures: z.number().default(0),
                }),
            })
            .optional(),
    })
    .transform(({ status }): IdentityStats => ({
        podsSelected: status?.stats.podsSelected ?? 0,
        entriesToSet: status?.stats.entriesToSet ?? 0,
        failures: (status?.stats.entryFailures ?? 0) + (status?.stats.podEntryRenderFailures ?? 0),
    }));

/** Reads what there is of SPIRE. */
export async function readSpire(client: Client, { spire }: Expectation): Promise<SpireSnapshot> {
    const apps = new AppsV1Api(client.configuration);
    const namespace = spire.systemNamespace;
    const daemonSet = (name: string) => lookup(`DaemonSet ${name}`, apps.readNamespacedDaemonSet({ name, namespace }));
    const [server, agents, csi, bundle, identity] = await Promise.all([
        lookup(
            `StatefulSet ${SERVER}`,
            apps.readNamespacedStatefulSet({ name: SERVER, namespace: spire.serverNamespace }),
        ),
        daemonSet(AGENT),
        daemonSet(CSI_DRIVER),
        lookup(
            `ConfigMap ${BUNDLE_CONFIG_MAP}`,
            new CoreV1Api(client.configuration).readNamespacedConfigMap({ name: BUNDLE_CONFIG_MAP, namespace }),
        ),
        readIdentity(client),
    ]);
    return { server, agents, csi, bundle, identity };
}

function readIdentity(client: Client): Promise<Lookup<IdentityStats>> {
    return readCustom(client, {
        what: `ClusterSPIFFEID ${MESH_IDENTITY}`,
        path: `/apis/spire.spiffe.io/v1alpha1/clusterspiffeids/${MESH_IDENTITY}`,
        schema: identitySchema,
    });
}
