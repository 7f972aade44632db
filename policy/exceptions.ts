import type { Exception } from "./engine/exception";

/** Pod spec of a DaemonSet or StatefulSet. */
const POD = "spec.template.spec";

/** Exceptions with one reason, for one object. */
interface Group {
    /** Kind of the object. */
    readonly kind: string;
    /** Namespace of the object; none for a cluster-scoped kind. */
    readonly namespace?: string;
    /** Name of the object. */
    readonly name: string;
    /** Container that the paths belong to; none for the pod. */
    readonly container?: string;
    /** Parent of the paths. Default: the pod spec of a workload. */
    readonly pod?: string;
    /** Rule and path, one pair for each exception. */
    readonly places: readonly (readonly [rule: string, path: string])[];
    /** Justification. */
    readonly reason: string;
}

/** Exceptions that SPIRE requires. */
const SPIRE: readonly Group[] = [
    {
        kind: "StatefulSet",
        namespace: "spire",
        name: "spire-server",
        places: [["service-account-automount", "automountServiceAccountToken"]],
        reason: "reviews the agents' tokens, publishes the bundle and watches pods, all through the API server",
    },
    {
        kind: "DaemonSet",
        namespace: "spire-system",
        name: "spire-agent",
        places: [["service-account-automount", "automountServiceAccountToken"]],
        reason: "presents the token to the kubelet, which lists the node's pods only to subjects that may get nodes/pods",
    },
    {
        kind: "DaemonSet",
        namespace: "spire-system",
        name: "spire-agent",
        container: "spire-agent",
        places: [
            ["run-as-non-root", "containers[0].securityContext.runAsNonRoot"],
            ["run-as-user-nonzero", "containers[0].securityContext.runAsUser"],
        ],
        reason:
            "the node's socket directory belongs to root; no capability, no escalation, read-only root file system, " +
            "and the image has no shell",
    },
    {
        kind: "DaemonSet",
        namespace: "spire-system",
        name: "spire-agent",
        places: [["host-namespaces", "hostPID"]],
        reason: "attestation maps the process ID of a socket's peer to its pod; IDs of another PID namespace read as 0",
    },
    {
        kind: "DaemonSet",
        namespace: "spire-system",
        name: "spire-agent",
        places: [["host-path", "volumes[2].hostPath"]],
        reason: "the directory of the agent's socket, which the CSI driver of the same node mounts into the pods",
    },
    {
        kind: "DaemonSet",
        namespace: "spire-system",
        name: "spiffe-csi-driver",
        container: "spiffe-csi-driver",
        places: [
            ["run-as-non-root", "containers[0].securityContext.runAsNonRoot"],
            ["privileged", "containers[0].securityContext.privileged"],
            ["privilege-escalation", "containers[0].securityContext.allowPrivilegeEscalation"],
        ],
        reason:
            "mounts into other pods; Kubernetes allows Bidirectional propagation to privileged containers only. All " +
            "capabilities dropped, read-only root file system, no API token, no network",
    },
    {
        kind: "DaemonSet",
        namespace: "spire-system",
        name: "spiffe-csi-driver",
        container: "node-driver-registrar",
        places: [
            ["run-as-non-root", "containers[1].securityContext.runAsNonRoot"],
            ["run-as-user-nonzero", "containers[1].securityContext.runAsUser"],
        ],
        reason:
            "the kubelet's registration directory belongs to root; no capability, no escalation, read-only root file " +
            "system, no API token, no network",
    },
    {
        kind: "DaemonSet",
        namespace: "spire-system",
        name: "spiffe-csi-driver",
        container: "spiffe-csi-driver",
        places: [
            ["liveness-probe", "containers[0].livenessProbe"],
            ["readiness-probe", "containers[0].readinessProbe"],
        ],
        reason: "serves only a Unix socket and has no shell; the registrar container is probed over HTTP",
    },
    {
        kind: "DaemonSet",
        namespace: "spire-system",
        name: "spiffe-csi-driver",
        places: [0, 1, 2, 3].map((index) => ["host-path", `volumes[${index}].hostPath`] as const),
        reason: "the agent's socket directory and the kubelet's three directories of the CSI contract",
    },
];

/** The namespace of SPIRE's agents and CSI driver. */
const spireNamespace: Exception = {
    rule: "namespace-pss-label",
    kind: "Namespace",
    name: "spire-system",
    path: 'metadata.labels["pod-security.kubernetes.io/enforce"]',
    reason: "agents and CSI driver need host paths, the host's process ids and a privileged container, named above",
};

/** Exceptions that the monitoring chart requires and its values cannot avoid. */
const MONITORING: readonly Group[] = [
    {
        kind: "DaemonSet",
        namespace: "monitoring-node",
        name: "prometheus-prometheus-node-exporter",
        places: [
            ["host-namespaces", "hostNetwork"],
            ["host-namespaces", "hostPID"],
            ...[0, 1, 2].map((index) => ["host-path", `volumes[${index}].hostPath`] as const),
            ["cri-socket-mount", "volumes[2].hostPath.path"],
        ],
        reason:
            "measures the node: its network, processes and files, all mounted read-only; an unprivileged user without " +
            "capabilities, in a namespace of its own",
    },
    {
        kind: "DaemonSet",
        namespace: "monitoring-node",
        name: "prometheus-prometheus-node-exporter",
        container: "node-exporter",
        places: [["host-ports", "containers[0].ports[0].hostPort"]],
        reason: "a pod on the host network listens on the node's ports",
    },
    ...["prometheus-grafana", "prometheus-kube-state-metrics", "prometheus-kube-prometheus-operator"].map((name) => ({
        kind: "Deployment",
        namespace: "monitoring",
        name,
        places: [["service-account-automount", "automountServiceAccountToken"]] as const,
        reason: "reads the objects of the cluster through the API server: dashboards, their states, or the operator's kinds",
    })),
    ...["create", "patch"].map((step) => ({
        kind: "Job",
        namespace: "monitoring",
        name: `prometheus-kube-prometheus-admission-${step}`,
        places: [["service-account-automount", "automountServiceAccountToken"]] as const,
        reason: "writes the webhook's certificate into a Secret and the webhook, and is deleted when it has finished",
    })),
    {
        kind: "Job",
        namespace: "monitoring",
        name: "prometheus-crds-upgrade",
        places: [["service-account-automount", "automountServiceAccountToken"]],
        reason: "upgrades the operator's CRDs when monitoring.chart.upgradeCrds is set, and is then deleted",
    },
    ...["prometheus-grafana", "prometheus-kube-state-metrics", "prometheus-kube-prometheus-operator"].map((name) => ({
        kind: "Deployment",
        namespace: "monitoring",
        name,
        pod: "spec",
        places: [["min-replicas", "replicas"]] as const,
        reason: "a second replica would share no state or would count everything twice; a replacement starts within a minute",
    })),
    {
        kind: "Prometheus",
        namespace: "monitoring",
        name: "prometheus-kube-prometheus-prometheus",
        pod: "spec",
        places: [["service-account-automount", "automountServiceAccountToken"]],
        reason: "discovers the pods and nodes to scrape through the API server",
    },
    {
        kind: "ClusterRole",
        name: "prometheus-kube-prometheus-operator",
        pod: "rules",
        places: [
            ...[0, 1, 2].map((index) => ["rbac-wildcard", `[${index}].verbs[0]`] as const),
            ["rbac-escalation", "[1].resources[0]"],
            ["rbac-escalation", "[2].resources[1]"],
        ],
        reason:
            "the operator's role of the chart, which no chart value narrows: it changes StatefulSets and reads " +
            "Secrets of all namespaces, so control of the operator is control of the cluster (docs/security.md)",
    },
    {
        kind: "Role",
        namespace: "monitoring",
        name: "prometheus-kube-prometheus-admission",
        pod: "rules",
        places: [["rbac-escalation", "[0].resources[0]"]],
        reason: "the job that creates the webhook's certificate first checks whether it exists, in this namespace only",
    },
    {
        kind: "ClusterRole",
        name: "prometheus-kube-prometheus-admission",
        pod: "rules",
        places: [0, 1].map((index) => ["rbac-escalation", `[0].resources[${index}]`] as const),
        reason: "the job that creates the webhook's certificate writes it into the webhook configuration, and is then deleted",
    },
];

/** The namespace of node-exporter. */
const nodeExporterNamespace: Exception = {
    rule: "namespace-pss-label",
    kind: "Namespace",
    name: "monitoring-node",
    path: 'metadata.labels["pod-security.kubernetes.io/enforce"]',
    reason: "node-exporter reads the host's files, processes and network; nothing else lives in this namespace",
};

/** One exception for each path of each group. */
function each(groups: readonly Group[]): Exception[] {
    return groups.flatMap(({ kind, namespace, name, container, pod = POD, places, reason }) =>
        places.map(([rule, place]) => {
            const path = place.startsWith("[") ? `${pod}${place}` : `${pod}.${place}`;
            return { rule, kind, namespace, name, container, path, reason };
        }),
    );
}

/** Exceptions for SPIRE. Each is needed: test/components/spire/policy.test.ts removes them one by one. */
export const SPIRE_EXCEPTIONS: readonly Exception[] = [...each(SPIRE), spireNamespace];

/** Exceptions for monitoring. Each is needed: test/policy/monitoringExceptions.test.ts removes them one by one. */
export const MONITORING_EXCEPTIONS: readonly Exception[] = [...each(MONITORING), nodeExporterNamespace];

/**
 * Places that may break a rule, and the justification. Validated when the pack starts; see README.md for the fields.
 */
export const EXCEPTIONS: readonly Exception[] = [...SPIRE_EXCEPTIONS, ...MONITORING_EXCEPTIONS];
