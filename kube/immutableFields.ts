import type { Gvk } from "./kinds";

/** A field's path from the object's root, without list indexes. */
export type FieldPath = readonly string[];

/** Options of the provider that determine whether data is updated in place. */
export interface Mutability {
    /** The provider's `enableConfigMapMutable`. */
    enableConfigMapMutable: boolean;
    /** The provider's `enableSecretMutable`. */
    enableSecretMutable: boolean;
}

/** Paths `spec.` followed by each of the names. */
function spec(...names: readonly string[]): string[] {
    return names.map((name) => `spec.${name}`);
}

/**
 * Immutable fields, whose change requires a replacement, by group and kind; limited to the kinds that the stacks
 * create. The fields are those of the official plugin (`forceNew` of pulumi-kubernetes).
 */
const IMMUTABLE: Readonly<Record<string, readonly string[]>> = {
    "apps/DaemonSet": spec("selector"),
    "apps/Deployment": spec("selector"),
    "apps/StatefulSet": spec(
        "podManagementPolicy",
        "revisionHistoryLimit",
        "selector",
        "serviceName",
        "volumeClaimTemplates",
    ),
    "rbac.authorization.k8s.io/ClusterRoleBinding": ["roleRef"],
    "rbac.authorization.k8s.io/RoleBinding": ["roleRef"],
    "helm.sh/Release": ["name", "namespace"],
    "/PersistentVolumeClaim": spec("accessModes", "selector", "storageClassName", "volumeName"),
    "/ResourceQuota": spec("scopes"),
    "/Service": spec("clusterIP"),
};

/** The fields whose change replaces an object: its identity, and the immutable fields of its kind. */
export function forceNewFields(gvk: Gvk, object: { immutable?: unknown }, mutability: Mutability): FieldPath[] {
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
        fields.push(...(IMMUTABLE[key] ?? []));
    }
    return fields.map((field) => field.split("."));
}

/**
 * Whether a change at a path replaces the object.
 * @param path Path of the change, without list indexes.
 * @param value The new value; `undefined` if the field is removed.
 */
export function isForceNew(path: FieldPath, value: unknown, fields: readonly FieldPath[]): boolean {
    return fields.some((field) => {
        const shared = Math.min(path.length, field.length);
        if (path.slice(0, shared).join(".") !== field.slice(0, shared).join(".")) {
            return false;
        }
        return field.length <= path.length || has(value, field.slice(path.length));
    });
}

/** Whether a value contains a field, directly or in items of lists along the path. */
function has(value: unknown, [name, ...rest]: readonly string[]): boolean {
    if (Array.isArray(value)) {
        return value.some((item) => has(item, name === undefined ? [] : [name, ...rest]));
    }
    if (name === undefined) {
        return value !== undefined;
    }
    return (
        typeof value === "object" &&
        value !== null &&
        Object.entries(value).some(([key, child]) => key === name && child !== undefined && has(child, rest))
    );
}
