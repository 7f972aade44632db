import { removalOf } from "./removed";
import { versionsOf } from "./schema";

/** Kinds of the Kubernetes API by group, without request-only kinds. From the API reference of Kubernetes 1.37. */
const KINDS: Readonly<Record<string, readonly string[]>> = {
    "": [
        ...["Binding", "ComponentStatus", "ConfigMap", "Endpoints", "Event", "LimitRange", "List", "Namespace", "Node"],
        ...["PersistentVolume", "PersistentVolumeClaim", "Pod", "PodTemplate", "ReplicationController"],
        ...["ResourceQuota", "Secret", "Service", "ServiceAccount"],
    ],
    "admissionregistration.k8s.io": [
        ...["MutatingAdmissionPolicy", "MutatingAdmissionPolicyBinding", "MutatingWebhookConfiguration"],
        ...["ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding", "ValidatingWebhookConfiguration"],
    ],
    "apiextensions.k8s.io": ["CustomResourceDefinition"],
    "apiregistration.k8s.io": ["APIService"],
    apps: ["ControllerRevision", "DaemonSet", "Deployment", "ReplicaSet", "StatefulSet"],
    "authentication.k8s.io": ["SelfSubjectReview", "TokenRequest", "TokenReview"],
    "authorization.k8s.io": [
        ...["LocalSubjectAccessReview", "SelfSubjectAccessReview", "SelfSubjectRulesReview", "SubjectAccessReview"],
    ],
    autoscaling: ["HorizontalPodAutoscaler", "Scale"],
    batch: ["CronJob", "Job"],
    "certificates.k8s.io": ["CertificateSigningRequest", "ClusterTrustBundle", "PodCertificateRequest"],
    "coordination.k8s.io": ["Lease", "LeaseCandidate"],
    "discovery.k8s.io": ["EndpointSlice"],
    "events.k8s.io": ["Event"],
    extensions: ["DaemonSet", "Deployment", "Ingress", "NetworkPolicy", "PodSecurityPolicy", "ReplicaSet"],
    "flowcontrol.apiserver.k8s.io": ["FlowSchema", "PriorityLevelConfiguration"],
    "internal.apiserver.k8s.io": ["StorageVersion"],
    "networking.k8s.io": ["ClusterCIDR", "Ingress", "IngressClass", "IPAddress", "NetworkPolicy", "ServiceCIDR"],
    "node.k8s.io": ["RuntimeClass"],
    policy: ["Eviction", "PodDisruptionBudget", "PodSecurityPolicy"],
    "lifecycle.k8s.io": ["Eviction", "EvictionRequest"],
    "rbac.authorization.k8s.io": ["ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding"],
    "resource.k8s.io": [
        ...["DeviceClass", "DeviceTaintRule", "PodSchedulingContext", "ResourceClaim", "ResourceClaimTemplate"],
        ...["ResourceClaimParameters", "ResourceClass", "ResourceClassParameters", "ResourcePoolStatusRequest"],
        "ResourceSlice",
    ],
    "scheduling.k8s.io": ["CompositePodGroup", "PodGroup", "PriorityClass", "Workload"],
    "storage.k8s.io": [
        ...["CSIDriver", "CSINode", "CSIStorageCapacity", "StorageClass", "VolumeAttachment", "VolumeAttributesClass"],
    ],
    "storagemigration.k8s.io": ["StorageVersionMigration"],
};

/** Versions in which a group has served its workloads, the current one first. */
const WORKLOAD_VERSIONS: Readonly<Record<string, readonly string[]>> = {
    "": ["v1"],
    apps: ["v1", "v1beta2", "v1beta1"],
    batch: ["v1", "v1beta1", "v2alpha1"],
    extensions: ["v1beta1"],
};

/** A wrong group, version or kind of an object, and the correct one. */
export interface Misnomer {
    /** The wrong field of the object. */
    readonly field: "apiVersion" | "kind";
    /** Replacement, e.g. `apps/v1`; none where no built-in kind is recognized. */
    readonly instead?: string;
}

/** Group, version and kind of an object. */
interface Named {
    readonly group: string;
    readonly version?: string;
    readonly kind: string;
}

/** Whether a group is part of Kubernetes itself. */
export function isBuiltIn(group: string): boolean {
    return Object.hasOwn(KINDS, group);
}

/**
 * Finds an object that no API server serves under this name: a built-in kind in a group or version without it, or in
 * different case. A group outside Kubernetes may have kinds of any name.
 */
export function misnomerOf({ group, version, kind }: Named): Misnomer | undefined {
    const written = isBuiltIn(group);
    const meant = written ? group : meantGroup(group);
    if (meant === undefined) {
        // Only groups of Kubernetes have no dot: a CustomResourceDefinition with another one is refused.
        const other = group.includes(".") ? undefined : groupOf(kind);
        return other && { field: "apiVersion", instead: apiVersion(other.group, other.kind) };
    }
    const own = sameButForCase(KINDS[meant] ?? [], kind);
    if (own === undefined) {
        const other = groupOf(kind);
        if (other !== undefined) {
            return { field: "apiVersion", instead: apiVersion(other.group, other.kind) };
        }
        // A group that only looks like one of Kubernetes may belong to another project.
        return written ? { field: "kind" } : undefined;
    }
    if (!written) {
        return { field: "apiVersion", instead: apiVersion(meant, own) };
    }
    if (own !== kind) {
        return { field: "kind", instead: own };
    }
    return version === undefined || hasVersion(meant, version, own)
        ? undefined
        : { field: "apiVersion", instead: apiVersion(meant, own) };
}

/** Whether a kind is, was or may become part of a version of its group. */
function hasVersion(group: string, version: string, kind: string): boolean {
    const versions = versionsOf(group, kind);
    const known = [...versions, ...(isWorkload(group, kind) ? (WORKLOAD_VERSIONS[group] ?? []) : [])];
    if (known.length === 0 || known.includes(version) || removalOf(group, version, kind) !== undefined) {
        return true;
    }
    // After a stable version no earlier version follows; later versions are unknown.
    const newest = Math.max(0, ...known.filter(isStable).map(majorOf));
    return !isStable(version) && /^v\d/.test(version) && majorOf(version) > newest;
}

function isStable(version: string): boolean {
    return /^v\d+$/.test(version);
}

function majorOf(version: string): number {
    return Number(/^v(\d+)/.exec(version)?.[1] ?? 0);
}

/** Kinds that create pods, with versions older than the table. */
const WORKLOADS = /^(?:Pod|PodTemplate|ReplicationController|ReplicaSet|Deployment|DaemonSet|StatefulSet|Job|CronJob)$/;

function isWorkload(group: string, kind: string): boolean {
    return Object.hasOwn(WORKLOAD_VERSIONS, group) && WORKLOADS.test(kind);
}

/** The built-in group meant by a wrong name such as `Apps`, `apps.k8s.io` or `core`. */
function meantGroup(group: string): string | undefined {
    const lower = group.toLowerCase();
    const candidates = [lower, lower === "core" ? "" : undefined, lower.replace(/\.k8s\.io$/, ""), `${lower}.k8s.io`];
    return candidates.find((candidate) => candidate !== undefined && isBuiltIn(candidate));
}

/** The current group of a built-in kind, regardless of case. */
function groupOf(kind: string): { readonly group: string; readonly kind: string } | undefined {
    for (const [group, kinds] of Object.entries(KINDS)) {
        const own = group === "extensions" ? undefined : sameButForCase(kinds, kind);
        if (own !== undefined) {
            return { group, kind: own };
        }
    }
    return undefined;
}

/** The kind that is meant by one in another case, with other characters between its words, or in the plural. */
function sameButForCase(kinds: readonly string[], kind: string): string | undefined {
    const letters = kind.toLowerCase().replace(/[^a-z0-9]/g, "");
    return kinds.find((known) =>
        [letters, letters.replace(/e?s$/, ""), letters.replace(/ies$/, "y")].includes(known.toLowerCase()),
    );
}

/** The correct API version with the kind: `apps/v1 with kind Deployment`. */
function apiVersion(group: string, kind: string): string {
    const current = group === "extensions" ? (groupOf(kind)?.group ?? group) : group;
    const versions = versionsOf(current, kind);
    const version = versions.filter(isStable).sort().at(-1) ?? versions.at(-1) ?? "v1";
    return `${current === "" ? version : `${current}/${version}`} with kind ${kind}`;
}
