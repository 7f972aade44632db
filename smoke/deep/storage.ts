import { z } from "zod";
import { ownsOperator } from "../../settings/monitoring/schema";
import type { Expectation } from "../expectation";
import { failed, judge, type Outcome, passed } from "../outcome";
import { same } from "../compare";
import type { ApiObject } from "./api";
import type { DeepCheck } from "./check";
import type { Lab } from "./lab";
import { CLAIM_FOLDER, nameOf } from "./probePod";
import { RESULTS } from "./tasks";

/** Size of the claim: some drivers cannot create smaller volumes, e.g. those of Azure. */
const SIZE = "1Gi";

/** Label that is unique to each node. */
const HOSTNAME = "kubernetes.io/hostname";

/** StorageClasses that the stack uses; `""` is the cluster's default. */
export function storageClasses({ mesh, spire, monitoring: { settings } }: Expectation): string[] {
    const volumes = ownsOperator(settings) ? [settings.prometheus.storage, settings.alertmanager.storage] : [];
    return [
        ...new Set([
            ...(mesh.data.type === "ephemeral" ? [mesh.data.storageClass ?? ""] : []),
            ...(spire.enabled ? [spire.settings.server.storage.storageClass ?? ""] : []),
            ...volumes.flatMap((volume) => (volume.type === "volume" ? [volume.storageClass ?? ""] : [])),
        ]),
    ];
}

const claimSchema = z.object({ spec: z.object({ volumeName: z.string().min(1) }) });

const term = z.object({
    matchExpressions: z.array(z.object({ key: z.string() })).default([]),
});

const volumeSchema = z.object({
    spec: z.object({
        nodeAffinity: z.object({ required: z.object({ nodeSelectorTerms: z.array(term) }) }).optional(),
    }),
});

const nodesSchema = z.object({
    items: z.array(z.object({ spec: z.object({ unschedulable: z.boolean().default(false) }).prefault({}) })),
});

/** A claim of a class, in the run's namespace. */
function claim(lab: Lab, name: string, namespace: string, storageClass: string): ApiObject {
    return {
        apiVersion: "v1",
        kind: "PersistentVolumeClaim",
        metadata: { name: nameOf(lab.run, name), namespace },
        spec: {
            accessModes: ["ReadWriteOnce"],
            ...(storageClass === "" ? {} : { storageClassName: storageClass }),
            resources: { requests: { storage: SIZE } },
        },
    };
}

/** Writes to a new volume, and reads it from a pod on another node where there is one and the volume may follow. */
async function checkClass(
    lab: Lab,
    storageClass: string,
    index: number,
): Promise<{ moved: boolean; outcome: Outcome }> {
    const namespace = await lab.namespace();
    const shown = storageClass === "" ? "the default StorageClass" : `StorageClass ${storageClass}`;
    lab.progress(`a volume of ${shown}`);
    const name = `claim-${index}`;
    const claims = `/api/v1/namespaces/${namespace}/persistentvolumeclaims`;
    await lab.create(claims, nameOf(lab.run, name), claim(lab, name, namespace, storageClass));
    const pod = { namespace, asApp: false, claim: nameOf(lab.run, name) };
    const file = `${CLAIM_FOLDER}/probe`;
    const writer = await lab.start({ ...pod, name: `write-${index}`, task: { task: "write", file, text: lab.run } });
    await lab.result(writer, RESULTS.written);
    const { spec } = await lab.pod(writer, () => true);
    const bound = claimSchema.parse(await lab.api.get(`${claims}/${pod.claim}`));
    const volume = volumeSchema.parse(await lab.api.get(`/api/v1/persistentvolumes/${bound.spec.volumeName}`));
    const local = (volume.spec.nodeAffinity?.required.nodeSelectorTerms ?? []).some(({ matchExpressions }) =>
        matchExpressions.some(({ key }) => key === HOSTNAME),
    );
    const { items } = nodesSchema.parse(await lab.api.get("/api/v1/nodes"));
    const moved = !local && items.filter((node) => !node.spec.unschedulable).length > 1;
    const reader = await lab.start({
        ...pod,
        name: `read-${index}`,
        task: { task: "read", file },
        notOn: moved ? spec.nodeName : undefined,
    });
    const { text } = await lab.result(reader, RESULTS.read);
    return { moved, outcome: judge(same(`content of a volume of ${shown}`, lab.run, text)) };
}

/** Check of the volumes that the stack requests. */
export const STORAGE_CHECKS: readonly DeepCheck[] = [
    {
        topic: "Storage",
        name: "a volume binds and follows its pod to another node",
        look: "get storageclasses,persistentvolumes",
        containers: true,
        notHere: (expected) => (storageClasses(expected).length === 0 ? "the stack has no volumes" : undefined),
        async run(lab) {
            const stays: string[] = [];
            for (const [index, storageClass] of storageClasses(lab.expected).entries()) {
                const { moved, outcome } = await checkClass(lab, storageClass, index);
                if (outcome.status === "failed") {
                    return failed(outcome.detail, outcome.differences);
                }
                if (!moved) {
                    stays.push(storageClass === "" ? "default" : storageClass);
                }
            }
            return passed(
                stays.length === 0
                    ? ""
                    : `on its own node only: ${stays.join(", ")} (the volume is the node's, or there is no other node)`,
            );
        },
    },
];
