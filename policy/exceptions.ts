import type { Exception } from "./engine/exception";

/** Path of a field of one container in a DaemonSet. */
const container = (index: number, field: string) => `spec.template.spec.containers[${index}].${field}`;

/** The parts of SPIRE on every node. Each exception is needed: test/unit/spire-policy.test.ts takes them away one by one. */
const spire: readonly Exception[] = [
    {
        rule: "run-as-non-root",
        kind: "DaemonSet",
        namespace: "spire-system",
        name: "spire-agent",
        container: "spire-agent",
        path: container(0, "securityContext.runAsNonRoot"),
        reason:
            "the node's socket directory belongs to root; no capability, no escalation, read-only root file system, " +
            "and the image has no shell",
    },
    {
        rule: "run-as-non-root",
        kind: "DaemonSet",
        namespace: "spire-system",
        name: "spiffe-csi-driver",
        container: "spiffe-csi-driver",
        path: container(0, "securityContext.runAsNonRoot"),
        reason:
            "mounts into other pods (Bidirectional propagation), which the kernel lets only root do; all capabilities " +
            "dropped, read-only root file system, no API token, no network",
    },
    {
        rule: "run-as-non-root",
        kind: "DaemonSet",
        namespace: "spire-system",
        name: "spiffe-csi-driver",
        container: "node-driver-registrar",
        path: container(1, "securityContext.runAsNonRoot"),
        reason:
            "the kubelet's registration directory belongs to root; no capability, no escalation, read-only root file " +
            "system, no API token, no network",
    },
    {
        rule: "liveness-probe",
        kind: "DaemonSet",
        namespace: "spire-system",
        name: "spiffe-csi-driver",
        container: "spiffe-csi-driver",
        path: container(0, "livenessProbe"),
        reason: "serves a Unix socket only and has no shell; the registrar beside it is probed over HTTP",
    },
    {
        rule: "readiness-probe",
        kind: "DaemonSet",
        namespace: "spire-system",
        name: "spiffe-csi-driver",
        container: "spiffe-csi-driver",
        path: container(0, "readinessProbe"),
        reason: "serves a Unix socket only and has no shell; the registrar beside it is probed over HTTP",
    },
];

/** Places that may break a rule, and why. Checked when the pack starts; see README.md for the fields. */
export const exceptions: readonly Exception[] = [...spire];
