import { z } from "zod";
import { IDENTITY_PATH, identityOf, type ServerVersion, VERSION_PATH, versionOf } from "../kube/identity";
import type { Response, Send } from "../kube/request";

/** Keys with text values, as labels and annotations are. */
const texts = z.record(z.string(), z.string()).default({});

const metadata = z.object({
    name: z.string(),
    namespace: z.string().optional(),
    creationTimestamp: z.string().optional(),
    labels: texts,
    annotations: texts,
});

const nodeSchema = z.object({
    metadata,
    spec: z
        .object({
            providerID: z.string().default(""),
            taints: z.array(z.object({ key: z.string(), effect: z.string() })).default([]),
        })
        .prefault({}),
    status: z.object({
        addresses: z.array(z.object({ type: z.string(), address: z.string() })).default([]),
        conditions: z.array(z.object({ type: z.string(), status: z.string() })).default([]),
        images: z.array(z.object({ names: z.array(z.string()).nullish() })).nullish(),
        nodeInfo: z.object({ kubeletVersion: z.string(), osImage: z.string(), architecture: z.string() }),
    }),
});

const leaseSchema = z.object({ metadata, spec: z.object({ renewTime: z.string().nullish() }).default({}) });

const exporterPodSchema = z.object({
    metadata,
    spec: z.object({ nodeName: z.string().optional() }),
    status: z
        .object({
            containerStatuses: z
                .array(
                    z.object({
                        ready: z.boolean(),
                        state: z.object({ waiting: z.object({ message: z.string().optional() }).nullish() }).nullish(),
                    }),
                )
                .nullish(),
        })
        .optional(),
});

/** Label of node-exporter's pods, as its chart sets it. */
const EXPORTERS = "app.kubernetes.io/name=prometheus-node-exporter";

const storageClassSchema = z.object({ metadata, provisioner: z.string() });

const namedSchema = z.object({ metadata });

const daemonSetSchema = z.object({
    metadata,
    spec: z.object({
        template: z.object({
            spec: z.object({
                containers: z.array(
                    z.object({ name: z.string(), image: z.string(), args: z.array(z.string()).default([]) }),
                ),
            }),
        }),
    }),
});

const rootCaSchema = z.object({ data: z.object({ "ca.crt": z.string() }) });

/** The fields of a node that are checked. */
export type Node = z.output<typeof nodeSchema>;

/** The fields of a DaemonSet that are checked. */
export type DaemonSet = z.output<typeof daemonSetSchema>;

/** A pod of node-exporter, as far as it is looked at. */
export type ExporterPod = z.output<typeof exporterPodSchema>;

/** Something with a name, labels and annotations. */
export type Named = z.output<typeof namedSchema>;

/** What a cluster reports about itself; a part is `undefined` where these credentials cannot read it. */
export interface ClusterFacts {
    /** Version of the API server. */
    readonly version?: ServerVersion;
    /** UID of kube-system. */
    readonly identifier?: string;
    /** How far the API server's clock is ahead of this machine's (ms); right to a second and the answer's way. */
    readonly clockAheadMs?: number;
    /** Nodes. */
    readonly nodes?: readonly Node[];
    /** When each node last renewed its lease, by its own clock. */
    readonly renewals?: ReadonlyMap<string, Date>;
    /** Storage classes. */
    readonly storageClasses?: readonly z.output<typeof storageClassSchema>[];
    /** CSI drivers. */
    readonly csiDrivers?: readonly Named[];
    /** CustomResourceDefinitions. */
    readonly crds?: readonly Named[];
    /** DaemonSets of all namespaces. */
    readonly daemonSets?: readonly DaemonSet[];
    /** Pods of node-exporter, of this stack or another. */
    readonly exporterPods?: readonly ExporterPod[];
    /** CA certificates (PEM) that pods get to check the API server by. */
    readonly rootCa?: string;
}

/**
 * Reads everything that the checks need, in one pass.
 * @param now This machine's clock (ms since 1970).
 * @throws Error when nothing answers.
 */
export async function readFacts(send: Send, now: () => number = Date.now): Promise<ClusterFacts> {
    const before = now();
    const version = await send(VERSION_PATH);
    const middle = (before + now()) / 2;
    const list = async <T>(path: string, item: z.ZodType<T>) => items(await send(path), item);
    const [identity, nodes, leases, storageClasses, csiDrivers, crds, daemonSets, exporterPods, rootCa] =
        await Promise.all([
            send(IDENTITY_PATH),
            list("/api/v1/nodes", nodeSchema),
            list("/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases", leaseSchema),
            list("/apis/storage.k8s.io/v1/storageclasses", storageClassSchema),
            list("/apis/storage.k8s.io/v1/csidrivers", namedSchema),
            list("/apis/apiextensions.k8s.io/v1/customresourcedefinitions", namedSchema),
            list("/apis/apps/v1/daemonsets", daemonSetSchema),
            list(`/api/v1/pods?labelSelector=${encodeURIComponent(EXPORTERS)}`, exporterPodSchema),
            send("/api/v1/namespaces/kube-system/configmaps/kube-root-ca.crt"),
        ]);
    return {
        version: versionOf(version.object),
        identifier: identity.status === 200 ? identityOf(identity.object) : undefined,
        // The header has whole seconds, cut off: on average half a second too few.
        clockAheadMs: version.date === undefined ? undefined : version.date.getTime() + 500 - middle,
        nodes,
        renewals:
            leases &&
            new Map(
                leases.flatMap(({ metadata: { name }, spec: { renewTime } }) =>
                    typeof renewTime !== "string" ? [] : [[name, new Date(renewTime)] as const],
                ),
            ),
        storageClasses,
        csiDrivers,
        crds,
        daemonSets,
        exporterPods,
        rootCa: rootCaSchema.safeParse(rootCa.object).data?.data["ca.crt"],
    };
}

function items<T>({ status, object }: Response, item: z.ZodType<T>): T[] | undefined {
    // An empty list may be null: without nodes there is no lease, which is no lack of a permission.
    const list = z.object({ items: z.array(item).nullish() }).safeParse(object);
    return status === 200 && list.success ? (list.data.items ?? []) : undefined;
}

/** Whether the nodes are simulated: nothing runs on them. */
export function simulated({ nodes }: Pick<ClusterFacts, "nodes">): boolean {
    return nodes?.some(({ metadata: { annotations } }) => annotations["kwok.x-k8s.io/node"] === "fake") ?? false;
}
