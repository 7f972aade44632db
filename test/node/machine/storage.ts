import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { KubernetesObject, V1PersistentVolume, V1PersistentVolumeClaim } from "@kubernetes/client-node";
import { messageOf } from "../../../errors";
import type { Access } from "./access";
import { NODE_NAME } from "./kubelet";

/** Name of the default StorageClass. Embedded clusters have `standard`, whose volumes kwok pretends. */
const STORAGE_CLASS = "local";

const PROVISIONER = "volumes.x0tta6bl4.mesh/local";

/** Where volumes are; the sandbox's /var is its own. */
const FOLDER = "/var/lib/local-volumes";

/** Time between two looks at claims and volumes (ms). */
const LOOK_MS = 500;

/** The default StorageClass. */
export const STORAGE: KubernetesObject & Record<string, unknown> = {
    apiVersion: "storage.k8s.io/v1",
    kind: "StorageClass",
    metadata: { name: STORAGE_CLASS, annotations: { "storageclass.kubernetes.io/is-default-class": "true" } },
    provisioner: PROVISIONER,
    reclaimPolicy: "Delete",
    volumeBindingMode: "WaitForFirstConsumer",
};

/** The volume for a claim that the scheduler gave a node to; `undefined` for any other claim. */
export function volumeFor({ metadata, spec }: V1PersistentVolumeClaim): V1PersistentVolume | undefined {
    const node = metadata?.annotations?.["volume.kubernetes.io/selected-node"];
    const isOurs = spec?.storageClassName === STORAGE_CLASS && metadata?.deletionTimestamp === undefined;
    if (!isOurs || node === undefined || spec.volumeName !== undefined) {
        return undefined;
    }
    const { uid = "", name, namespace } = metadata ?? {};
    const path = join(FOLDER, `pvc-${uid}`);
    const matchExpressions = [{ key: "kubernetes.io/hostname", operator: "In", values: [node] }];
    return {
        apiVersion: "v1",
        kind: "PersistentVolume",
        metadata: { name: `pvc-${uid}`, annotations: { "pv.kubernetes.io/provisioned-by": PROVISIONER } },
        spec: {
            accessModes: spec.accessModes,
            capacity: { storage: spec.resources?.requests?.storage ?? "0" },
            persistentVolumeReclaimPolicy: "Delete",
            storageClassName: STORAGE_CLASS,
            volumeMode: spec.volumeMode,
            claimRef: { apiVersion: "v1", kind: "PersistentVolumeClaim", name, namespace, uid },
            hostPath: { path, type: "Directory" },
            nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions }] } },
        },
    };
}

/** Makes volumes for claims, and deletes those whose claim is gone. */
async function look({ core }: Access): Promise<void> {
    const volumes = (await core.listPersistentVolume()).items;
    for (const claim of (await core.listPersistentVolumeClaimForAllNamespaces()).items) {
        const volume = volumeFor(claim);
        if (
            volume?.spec?.hostPath !== undefined &&
            !volumes.some(({ metadata }) => metadata?.name === volume.metadata?.name)
        ) {
            // The kubelet gives a folder of the host to no group, so that every user of a pod may write.
            await mkdir(volume.spec.hostPath.path, { recursive: true, mode: 0o777 });
            await core.createPersistentVolume({ body: volume });
        }
    }
    for (const { metadata, spec, status } of volumes) {
        if (spec?.storageClassName === STORAGE_CLASS && status?.phase === "Released") {
            await core.deletePersistentVolume({ name: metadata?.name ?? "" });
            await rm(spec.hostPath?.path ?? "", { recursive: true, force: true });
        }
    }
}

/**
 * Provisions volumes in folders of the node until this process ends: a stand-in for a provisioner such as k3s's, whose Go
 * module would take longer to build than all that the node itself needs.
 */
export async function provisionVolumes(access: Access): Promise<void> {
    process.umask(0);
    for (;;) {
        await look(access).catch((error: unknown) => {
            console.error(`volumes of ${NODE_NAME}: ${messageOf(error)}`);
        });
        await sleep(LOOK_MS, undefined, { ref: false });
    }
}
