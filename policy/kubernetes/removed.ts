/** Removal of an API version. */
export interface ApiRemoval {
    /** Minor version of Kubernetes that no longer serves it. */
    readonly since: number;
    /** Replacement API version; empty when there is none. */
    readonly instead: string;
}

/** Removed versions: group and version, kinds (none: all), since, instead. From the deprecation guide of Kubernetes. */
const REMOVED: readonly (readonly [version: string, kinds: readonly string[], since: number, instead: string])[] = [
    ["extensions/v1beta1", ["Deployment", "DaemonSet", "ReplicaSet"], 16, "apps/v1"],
    ["extensions/v1beta1", ["NetworkPolicy"], 16, "networking.k8s.io/v1"],
    ["extensions/v1beta1", ["PodSecurityPolicy"], 16, ""],
    ["extensions/v1beta1", ["Ingress"], 22, "networking.k8s.io/v1"],
    ["apps/v1beta1", [], 16, "apps/v1"],
    ["apps/v1beta2", [], 16, "apps/v1"],
    [
        "admissionregistration.k8s.io/v1beta1",
        ["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"],
        22,
        "admissionregistration.k8s.io/v1",
    ],
    ["apiextensions.k8s.io/v1beta1", ["CustomResourceDefinition"], 22, "apiextensions.k8s.io/v1"],
    ["apiregistration.k8s.io/v1beta1", ["APIService"], 22, "apiregistration.k8s.io/v1"],
    ["authentication.k8s.io/v1beta1", ["TokenReview"], 22, "authentication.k8s.io/v1"],
    ["authorization.k8s.io/v1beta1", [], 22, "authorization.k8s.io/v1"],
    ["certificates.k8s.io/v1beta1", ["CertificateSigningRequest"], 22, "certificates.k8s.io/v1"],
    ["coordination.k8s.io/v1beta1", ["Lease"], 22, "coordination.k8s.io/v1"],
    ["networking.k8s.io/v1beta1", ["Ingress", "IngressClass"], 22, "networking.k8s.io/v1"],
    ["rbac.authorization.k8s.io/v1alpha1", [], 22, "rbac.authorization.k8s.io/v1"],
    ["rbac.authorization.k8s.io/v1beta1", [], 22, "rbac.authorization.k8s.io/v1"],
    ["scheduling.k8s.io/v1beta1", ["PriorityClass"], 22, "scheduling.k8s.io/v1"],
    ["storage.k8s.io/v1beta1", ["CSIDriver", "CSINode", "StorageClass", "VolumeAttachment"], 22, "storage.k8s.io/v1"],
    ["batch/v1beta1", ["CronJob"], 25, "batch/v1"],
    ["discovery.k8s.io/v1beta1", ["EndpointSlice"], 25, "discovery.k8s.io/v1"],
    ["events.k8s.io/v1beta1", ["Event"], 25, "events.k8s.io/v1"],
    ["autoscaling/v2beta1", ["HorizontalPodAutoscaler"], 25, "autoscaling/v2"],
    ["policy/v1beta1", ["PodDisruptionBudget"], 25, "policy/v1"],
    ["policy/v1beta1", ["PodSecurityPolicy"], 25, ""],
    ["node.k8s.io/v1beta1", ["RuntimeClass"], 25, "node.k8s.io/v1"],
    ["flowcontrol.apiserver.k8s.io/v1beta1", [], 26, "flowcontrol.apiserver.k8s.io/v1"],
    ["autoscaling/v2beta2", ["HorizontalPodAutoscaler"], 26, "autoscaling/v2"],
    ["storage.k8s.io/v1beta1", ["CSIStorageCapacity"], 27, "storage.k8s.io/v1"],
    ["flowcontrol.apiserver.k8s.io/v1beta2", [], 29, "flowcontrol.apiserver.k8s.io/v1"],
    ["flowcontrol.apiserver.k8s.io/v1beta3", [], 32, "flowcontrol.apiserver.k8s.io/v1"],
];

/** When and how a version of a kind was removed; `undefined` when it was not. */
export function removalOf(group: string, version: string, kind: string): ApiRemoval | undefined {
    const full = `${group}/${version}`;
    const found = REMOVED.find(([name, kinds]) => name === full && (kinds.length === 0 || kinds.includes(kind)));
    return found && { since: found[2], instead: found[3] };
}
