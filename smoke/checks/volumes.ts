import type { V1PodSpec, V1Volume, V1VolumeMount } from "@kubernetes/client-node";
import { type Check } from "../check";
import { failed, judge, type Difference, type Outcome } from "../outcome";
import { judging } from "../cluster/lookup";
import type { Snapshot } from "../cluster/snapshot";
import { same } from "../compare";
import type { Expectation } from "../expectation";
import { containerOf, podSpecOf } from "../subject";

const TOPIC = "Volumes";
const LOOK = "get deployment -o jsonpath={..volumeMounts}";

/** A mount of the app's container with its volume. */
interface Mounted {
    readonly mount: V1VolumeMount;
    readonly volume: V1Volume;
}

/** Finds the mount at a path and evaluates it. */
function judgingMount(snapshot: Snapshot, path: string, judgeMount: (mounted: Mounted) => Outcome): Outcome {
    return judging(podSpecOf(snapshot), (spec) =>
        judging(containerOf(snapshot), ({ volumeMounts }) => {
            const mount = (volumeMounts ?? []).find(({ mountPath }) => mountPath === path);
            const volume = volumeOf(spec, mount);
            return mount === undefined || volume === undefined
                ? failed(`nothing is mounted at ${path}`)
                : judgeMount({ mount, volume });
        }),
    );
}

/** Volume of a mount. */
function volumeOf(spec: V1PodSpec, mount: V1VolumeMount | undefined): V1Volume | undefined {
    return spec.volumes?.find(({ name }) => name === mount?.name);
}

/** Differences in `readOnly` of a mount; unset means writable. */
function access(readOnly: boolean, { mount }: Mounted): Difference[] {
    return same(`${mount.mountPath} readOnly`, readOnly, mount.readOnly ?? false);
}

/** Differences in the volume at `/data`. */
function dataDifferences({ volume }: Mounted, { data }: Expectation["mesh"]): Difference[] {
    switch (data.type) {
        case "ephemeral": {
            const claim = volume.ephemeral?.volumeClaimTemplate?.spec;
            const classes =
                data.storageClass === undefined
                    ? []
                    : same("/data storageClassName", data.storageClass, claim?.storageClassName);
            return [...same("/data claim size", data.size, claim?.resources?.requests?.storage), ...classes];
        }
        case "emptyDir":
            return same("/data emptyDir.sizeLimit", data.size, volume.emptyDir?.sizeLimit);
        case "existingClaim":
            return same("/data claim", data.claimName, volume.persistentVolumeClaim?.claimName);
    }
}

/** Differences in the mount of the SPIFFE Workload API's directory. */
function socketDifferences(mounted: Mounted, { spireSocket }: Expectation["mesh"]): Difference[] {
    const { volume } = mounted;
    const source =
        spireSocket.type === "csi"
            ? [
                  ...same("spire socket csi.driver", "csi.spiffe.io", volume.csi?.driver),
                  ...same("spire socket csi.readOnly", true, volume.csi?.readOnly),
              ]
            : same("spire socket hostPath", spireSocket.path, volume.hostPath?.path);
    return [...source, ...access(true, mounted)];
}

/** Differences of one writable path: an emptyDir with its limit. */
function writableDifferences(snapshot: Snapshot, path: string, sizeLimit: string): Difference[] {
    const finding = judgingMount(snapshot, path, (mounted) =>
        judge([...same(`${path} sizeLimit`, sizeLimit, mounted.volume.emptyDir?.sizeLimit), ...access(false, mounted)]),
    );
    if (finding.status !== "failed") {
        return [];
    }
    return finding.differences.length > 0
        ? [...finding.differences]
        : [{ path, expected: `emptyDir of ${sizeLimit}`, actual: finding.detail }];
}

/** Checks of the volume mounts of the app's container. */
export const VOLUME_CHECKS: readonly Check[] = [
    {
        topic: TOPIC,
        name: "configuration, read-only",
        look: LOOK,
        run: (snapshot, { names }) =>
            judgingMount(snapshot, "/etc/x0tta6bl4", (mounted) =>
                judge(
                    [
                        ...same("/etc/x0tta6bl4 ConfigMap", names.configMap, mounted.volume.configMap?.name),
                        ...access(true, mounted),
                    ],
                    "/etc/x0tta6bl4",
                ),
            ),
    },
    {
        topic: TOPIC,
        name: "data, writable",
        look: "get persistentvolumeclaims",
        run: (snapshot, { mesh }) =>
            judgingMount(snapshot, "/data", (mounted) =>
                judge([...dataDifferences(mounted, mesh), ...access(false, mounted)], `/data, ${mesh.data.type}`),
            ),
    },
    {
        topic: TOPIC,
        name: "SPIFFE Workload API socket",
        look: LOOK,
        run: (snapshot, { mesh }) => {
            const { type, path } = mesh.spireSocket;
            if (type !== "none") {
                return judgingMount(snapshot, path, (mounted) =>
                    judge(socketDifferences(mounted, mesh), `${path}, ${type}, read-only`),
                );
            }
            return judging(containerOf(snapshot), ({ volumeMounts }) =>
                judge(
                    same(
                        `mount at ${path}`,
                        undefined,
                        volumeMounts?.find(({ mountPath }) => mountPath === path),
                    ),
                ),
            );
        },
    },
    {
        topic: TOPIC,
        name: "write paths",
        look: LOOK,
        run: (snapshot, { mesh }) =>
            judge(
                mesh.writablePaths.flatMap(({ path, sizeLimit }) => writableDifferences(snapshot, path, sizeLimit)),
                mesh.writablePaths.map(({ path }) => path).join(", "),
            ),
    },
];
