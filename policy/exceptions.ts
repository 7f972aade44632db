import type { Exception } from "./engine/exception";

/** Pod spec of a DaemonSet or StatefulSet. */
const POD = "spec.template.spec";

/** Rules and paths with one reason, for one object. */
interface Group {
    /** Kind of the object. Default: `DaemonSet`. */
    readonly kind?: string;
    /** Namespace of the object. Default: `spire-system`. */
    readonly namespace?: string;
    /** Name of the object. */
    readonly name: string;
    /** Container that the paths belong to; none for those of the pod. */
    readonly container?: string;
    /** Rule and path below the pod spec, one pair for each exception. */
    readonly places: readonly (readonly [rule: string, path: string])[];
    /** Why it is right here. */
    readonly reason: string;
}

/** What SPIRE cannot do without. */
const groups: readonly Group[] = [
    {
        kind: "StatefulSet",
        namespace: "spire",
        name: "spire-server",
        places: [["service-account-automount", "automountServiceAccountToken"]],
        reason: "reviews the agents' tokens, publishes the bundle and watches pods, all through the API server",
    },
    {
        name: "spire-agent",
        places: [["service-account-automount", "automountServiceAccountToken"]],
        reason: "shows the token to its kubelet, which lists the pods of the node only to who may get nodes/pods",
    },
    {
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
        name: "spire-agent",
        places: [["host-namespaces", "hostPID"]],
        reason: "attestation turns the process id of a socket's peer into its pod; ids of another namespace read as 0",
    },
    {
        name: "spire-agent",
        places: [
            ["host-path", "volumes[2].hostPath"],
            ["volume-types", "volumes[2].hostPath"],
        ],
        reason: "the directory of the agent's socket, which the CSI driver of the same node mounts into the pods",
    },
    {
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
        name: "spiffe-csi-driver",
        container: "spiffe-csi-driver",
        places: [
            ["liveness-probe", "containers[0].livenessProbe"],
            ["readiness-probe", "containers[0].readinessProbe"],
        ],
        reason: "serves a Unix socket only and has no shell; the registrar beside it is probed over HTTP",
    },
    {
        name: "spiffe-csi-driver",
        places: [0, 1, 2, 3].flatMap((index) => [
            ["host-path", `volumes[${index}].hostPath`] as const,
            ["volume-types", `volumes[${index}].hostPath`] as const,
        ]),
        reason: "the agent's socket directory and the kubelet's three directories of the CSI contract",
    },
];

/** The namespace of SPIRE's node parts. */
const spireNamespace: Exception = {
    rule: "namespace-pss-label",
    kind: "Namespace",
    name: "spire-system",
    path: 'metadata.labels["pod-security.kubernetes.io/enforce"]',
    reason: "agents and CSI driver need host paths, the host's process ids and a privileged container, named above",
};

/** The namespace of node-exporter. */
const nodeExporterNamespace: Exception = {
    rule: "namespace-pss-label",
    kind: "Namespace",
    name: "monitoring-node",
    path: 'metadata.labels["pod-security.kubernetes.io/enforce"]',
    reason: "node-exporter reads the host's files, processes and network; nothing else lives in this namespace",
};

/** Exceptions for SPIRE. Each is needed: test/unit/spire-policy.test.ts takes them away one by one. */
export const spireExceptions: readonly Exception[] = [
    ...groups.flatMap(({ kind = "DaemonSet", namespace = "spire-system", name, container, places, reason }) =>
        places.map(([rule, path]) => ({
            rule,
            kind,
            namespace,
            name,
            container,
            path: `${POD}.${path}`,
            reason,
        })),
    ),
    spireNamespace,
];

/** Exceptions for monitoring. */
export const monitoringExceptions: readonly Exception[] = [nodeExporterNamespace];

/** Places that may break a rule, and why. Checked when the pack starts; see README.md for the fields. */
export const exceptions: readonly Exception[] = [...spireExceptions, ...monitoringExceptions];
