import { at, isMap } from "../protocol/values";
import type { PropertyMap, Value } from "../protocol/values";
import type { Gvk } from "./object";

/** A field's way from the object's root; list positions are left out. */
export type FieldPath = readonly string[];

/** Switches of the provider that decide whether data is changed in place. */
export interface Mutability {
    /** See the provider's setting of the name. */
    enableConfigMapMutable: boolean;
    /** See the provider's setting of the name. */
    enableSecretMutable: boolean;
}

/** Fields of a Pod that can't change on a living one. */
const POD_FIELDS = [
    "affinity automountServiceAccountToken dnsConfig dnsPolicy enableServiceLinks hostAliases hostIPC hostNetwork",
    "hostPID hostname imagePullSecrets nodeName nodeSelector overhead preemptionPolicy priority priorityClassName",
    "readinessGates restartPolicy runtimeClassName schedulerName securityContext serviceAccount serviceAccountName",
    "shareProcessNamespace subdomain terminationGracePeriodSeconds volumes",
].flatMap((line) => line.split(" "));
/** Fields of a container of such a Pod. */
const CONTAINER_FIELDS = [
    "args command env image imagePullPolicy lifecycle livenessProbe ports readinessProbe resources securityContext stdin",
    "stdinOnce terminationMessagePath terminationMessagePolicy tty volumeDevices volumeMounts workingDir",
].flatMap((line) => line.split(" "));
/** Sources of a PersistentVolume. */
const VOLUME_SOURCES = [
    "awsElasticBlockStore azureDisk azureFile cephfs cinder csi fc flexVolume flocker gcePersistentDisk glusterfs hostPath",
    "iscsi local nfs photonPersistentDisk portworxVolume quobyte rbd scaleIO storageos vsphereVolume",
].flatMap((line) => line.split(" "));

/** `spec.` and each of the names. */
function spec(...names: readonly string[]): string[] {
    return names.map((name) => `spec.${name}`);
}

/** Fields whose change makes the API server refuse an update, so that the object must be replaced; by group and kind. */
const immutable: Readonly<Record<string, readonly string[]>> = {
    "apps/DaemonSet": spec("selector"),
    "apps/Deployment": spec("selector"),
    "apps/StatefulSet": spec(
        "podManagementPolicy",
        "revisionHistoryLimit",
        "selector",
        "serviceName",
        "volumeClaimTemplates",
    ),
    "batch/Job": spec("completions", "parallelism", "selector", "template"),
    "rbac.authorization.k8s.io/ClusterRoleBinding": ["roleRef"],
    "rbac.authorization.k8s.io/RoleBinding": ["roleRef"],
    "storage.k8s.io/StorageClass": ["parameters", "provisioner"],
    "/PersistentVolume": spec(...VOLUME_SOURCES),
    "/PersistentVolumeClaim": spec("accessModes", "selector", "storageClassName", "volumeName"),
    "/Pod": [
        ...spec(...POD_FIELDS),
        ...["containers", "initContainers"].flatMap((list) =>
            spec(...CONTAINER_FIELDS.map((name) => `${list}.${name}`)),
        ),
    ],
    "/ResourceQuota": spec("scopes"),
    "/Service": spec("clusterIP"),
};

/** The fields whose change replaces an object: its identity, and what its kind can't change in place. */
export function forceNewFields(gvk: Gvk, object: PropertyMap, mutability: Mutability): FieldPath[] {
    const fields = ["metadata.name", "metadata.namespace"];
    const key = `${gvk.group}/${gvk.kind}`;
    const isImmutable = object.immutable === true;
    if (key === "/Secret") {
        fields.push("type");
        if (!mutability.enableSecretMutable || isImmutable) {
            fields.push("stringData", "data");
        }
    } else if (key === "/ConfigMap") {
        if (!mutability.enableConfigMapMutable || isImmutable) {
            fields.push("binaryData", "data");
        }
    } else {
        fields.push(...(immutable[key] ?? []));
    }
    return fields.map((field) => field.split("."));
}

/**
 * Does a change at a path replace the object?
 * @param path Where the change is, list positions left out.
 * @param value What comes there; `undefined` when it is removed.
 */
export function isForceNew(path: FieldPath, value: Value | undefined, fields: readonly FieldPath[]): boolean {
    return fields.some((field) => {
        const shared = Math.min(path.length, field.length);
        if (path.slice(0, shared).join(".") !== field.slice(0, shared).join(".")) {
            return false;
        }
        return field.length <= path.length || has(value, field.slice(path.length));
    });
}

/** Does a value hold a field, in itself or in an item of a list on the way? */
function has(value: Value | undefined, [name, ...rest]: readonly string[]): boolean {
    if (Array.isArray(value)) {
        return value.some((item) => has(item, name === undefined ? [] : [name, ...rest]));
    }
    if (name === undefined) {
        return value !== undefined;
    }
    return isMap(value) && at(value, name) !== undefined && has(at(value, name), rest);
}
