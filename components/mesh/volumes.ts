import { isRollout } from "../../settings/mesh/delivery";
import { createHash } from "node:crypto";
import type { types } from "@pulumi/kubernetes";
import type { MeshAppArgs } from "./args";
import { CONFIG_PATH, configMapName } from "./config";

/** Mount path of the app's data. */
export const DATA_PATH = "/data";

/** Directory of pinned eBPF maps and programs, on the node and in the container. */
const BPF_PATH = "/sys/fs/bpf";

/** A volume of the pod and its mount in the container. */
interface Mounted {
    volume: types.input.core.v1.Volume;
    mount: Omit<types.input.core.v1.VolumeMount, "name">;
}

/** Volumes of the mesh pods with their mounts: configuration, data, SPIFFE socket and the paths that the app writes to. */
function mountedVolumes(args: MeshAppArgs): Mounted[] {
    return [
        {
            volume: { name: "config", configMap: { name: configMapName(args) } },
            mount: { mountPath: CONFIG_PATH, readOnly: true },
        },
        { volume: dataVolume(args), mount: { mountPath: DATA_PATH } },
        ...spireSocket(args),
        ...args.settings.writablePaths.map(({ path, sizeLimit }) => ({
            volume: { name: writableName(path), emptyDir: { sizeLimit } },
            mount: { mountPath: path },
        })),
        ...(args.settings.ebpf.enabled
            ? [
                  {
                      volume: { name: "bpf", hostPath: { path: BPF_PATH, type: "Directory" } },
                      mount: { mountPath: BPF_PATH },
                  },
              ]
            : []),
    ];
}

/** Volumes of the pod. */
export function volumes(args: MeshAppArgs): types.input.core.v1.Volume[] {
    return mountedVolumes(args).map(({ volume }) => volume);
}

/** Mounts of the container. */
export function volumeMounts(args: MeshAppArgs): types.input.core.v1.VolumeMount[] {
    return mountedVolumes(args).map(mounted);
}

/** Mounts of a container that only needs the SPIFFE Workload API; none without it. */
export function spireSocketMounts(args: MeshAppArgs): types.input.core.v1.VolumeMount[] {
    return spireSocket(args).map(mounted);
}

function mounted({ volume, mount }: Mounted): types.input.core.v1.VolumeMount {
    return { name: volume.name, ...mount };
}

/**
 * Volume of `/data`. Each type has its own volume name: server-side apply merges volumes by name, so a new source under
 * an existing name would be added to the old one, which the API server rejects ("may not specify more than 1 volume
 * type").
 */
function dataVolume({ settings: { data, delivery } }: MeshAppArgs): types.input.core.v1.Volume {
    switch (data.type) {
        case "ephemeral":
            return {
                name: "data",
                ephemeral: {
                    volumeClaimTemplate: {
                        // The controller of Rollouts writes this, and would own the whole list of volumes by that.
                        ...(isRollout(delivery) ? { metadata: {} } : {}),
                        spec: {
                            accessModes: ["ReadWriteOnce"],
                            storageClassName: data.storageClass,
                            resources: { requests: { storage: data.size } },
                        },
                    },
                },
            };
        case "emptyDir":
            return { name: "data-empty-dir", emptyDir: { sizeLimit: data.size } };
        case "existingClaim":
            return { name: "data-claim", persistentVolumeClaim: { claimName: data.claimName } };
    }
}

function spireSocket({ settings: { spireSocket } }: MeshAppArgs): Mounted[] {
    // Mounts the directory, never the socket itself: a restarted agent creates a new socket file.
    const mount = { mountPath: spireSocket.path, readOnly: true };
    switch (spireSocket.type) {
        case "csi":
            // The driver rejects a mount that is not read-only.
            return [{ volume: { name: "spire-socket", csi: { driver: "csi.spiffe.io", readOnly: true } }, mount }];
        case "hostPath":
            // Directory, not DirectoryOrCreate: the pod waits until the agent has created it.
            return [
                {
                    // A separate volume name, as for the types of `/data`.
                    volume: { name: "spire-socket-host", hostPath: { path: spireSocket.path, type: "Directory" } },
                    mount,
                },
            ];
        case "none":
            return [];
    }
}

/** Volume name for a writable path, e.g. `write-app-logs-1f0c5ab2`; the hash keeps `/app/data` and `/app-data` apart. */
function writableName(path: string): string {
    const slug = path
        .toLowerCase()
        .replace(/[^a-z0-9]+/g, "-")
        .slice(0, 40)
        .replace(/^-|-$/g, "");
    return `write-${slug}-${createHash("sha256").update(path).digest("hex").slice(0, 8)}`;
}
