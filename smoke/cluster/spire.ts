import { AppsV1Api, CoreV1Api, type V1ConfigMap, type V1DaemonSet, type V1StatefulSet } from "@kubernetes/client-node";
import { z } from "zod";
import { AGENT, BUNDLE_CONFIG_MAP, CSI_DRIVER, NODE_ALIAS, SERVER } from "../../components/spire/names";
import { MESH_IDENTITY } from "../../settings/spire/identityConstraints";
import type { Expectation } from "../expectation";
import type { Client } from "./client";
import { readCustom } from "./custom";
import { found, lookup, type Lookup } from "./lookup";

/** Status of a ClusterSPIFFEID, as reported by the controller manager. */
export interface IdentityStats {
    /** Number of selected pods. */
    readonly podsSelected: number;
    /** Number of entries that the server should have. */
    readonly entriesToSet: number;
    /** Number of entries that the server rejected, and of pods for which no entry could be rendered. */
    readonly failures: number;
}

/** Objects of SPIRE in the snapshot. */
export interface SpireSnapshot {
    /** The servers. */
    readonly server: Lookup<V1StatefulSet>;
    /** The agents. */
    readonly agents: Lookup<V1DaemonSet>;
    /** The CSI driver. */
    readonly csi: Lookup<V1DaemonSet>;
    /** The trust bundle that the server publishes. */
    readonly bundle: Lookup<V1ConfigMap>;
    /** Status of the mesh's ClusterSPIFFEID, if its entries are created per pod. */
    readonly identity: Lookup<IdentityStats>;
    /** Whether the server has the mesh's static entries, by the name of the ClusterStaticEntry. */
    readonly staticEntries: Lookup<Readonly<Record<string, boolean>>>;
}

const entryStatusSchema = z.object({ rendered: z.boolean().default(false), masked: z.boolean().default(false) });

/**
 * Whether the controller manager made an entry of a ClusterStaticEntry. Its `set` does not tell: it is true in the
 * reconciliation that creates or updates the entry, and false in each that finds it as it should be (0.7.0, seen on a node).
 */
export const staticEntrySchema = z
    .object({ status: entryStatusSchema.optional() })
    .transform(({ status }) => status !== undefined && status.rendered && !status.masked);

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

/** Reads the objects of SPIRE. */
export async function readSpire(client: Client, { spire }: Expectation): Promise<SpireSnapshot> {
    const apps = new AppsV1Api(client.configuration);
    const namespace = spire.systemNamespace;
    const daemonSet = (name: string) => lookup(`DaemonSet ${name}`, apps.readNamespacedDaemonSet({ name, namespace }));
    const [server, agents, csi, bundle, identity, staticEntries] = await Promise.all([
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
        readStaticEntries(client),
    ]);
    return { server, agents, csi, bundle, identity, staticEntries };
}

function readIdentity(client: Client): Promise<Lookup<IdentityStats>> {
    return readCustom(client, {
        what: `ClusterSPIFFEID ${MESH_IDENTITY}`,
        path: `/apis/spire.spiffe.io/v1alpha1/clusterspiffeids/${MESH_IDENTITY}`,
        schema: identitySchema,
    });
}

async function readStaticEntries(client: Client): Promise<Lookup<Record<string, boolean>>> {
    const names = [NODE_ALIAS, MESH_IDENTITY];
    const read = await Promise.all(
        names.map((name) =>
            readCustom(client, {
                what: `ClusterStaticEntry ${name}`,
                path: `/apis/spire.spiffe.io/v1alpha1/clusterstaticentries/${name}`,
                schema: staticEntrySchema,
            }),
        ),
    );
    const lost = read.find((entry) => !entry.ok);
    return lost?.ok === false
        ? lost
        : found(Object.fromEntries(read.map((entry, index) => [names[index] ?? "", entry.ok && entry.value])));
}
