import type { MeshAppArgs } from "./args";
import { IDENTITY_WAIT, waitsAsSidecar } from "./identity";
import { APP } from "./names";
import { NEIGHBOR } from "./networkPolicies";
import { MESHED_NEIGHBOR } from "./serviceMesh/networkPolicies";

/** Annotations of an object, each an exemption from one policy with its reason. */
type Exemptions = Record<string, string>;

/** Why the eBPF container is root with three capabilities. */
const EBPF_CONTAINER =
    "eBPF needs BPF, NET_ADMIN and PERFMON, and Kubernetes gives added capabilities only to root, since it sets no ambient " +
    "ones (KEP-2763); all others are dropped and the root file system is read-only";

/** Why the pods mount a directory of the node. */
const HOST_PATH = {
    ebpf: "eBPF pins its maps and programs in /sys/fs/bpf of the node",
    socket: "the SPIFFE socket comes from the node's directory, since mesh.spireSocket.type is hostPath",
};

/** Why the container that waits for an identity has a startup probe alone. */
const IDENTITY_WAIT_PROBES =
    "it serves nothing: its startup probe has fetched an SVID before the app starts, and a lost agent must neither restart it " +
    "nor take the app out of its Service";

/** Why a NetworkPolicy selects pods that the stack does not have. */
const NEIGHBOR_PODS =
    "it selects the pods of another app in this namespace that mesh.networkPolicy.egress allows, e.g. Redis; this stack does not deploy them";

/** Policies that the eBPF container cannot meet. */
const EBPF_RULES = ["run-as-non-root", "run-as-user-nonzero", "capabilities-baseline", "capabilities-restricted"];

/** Why the Deployment has both a replica count and an autoscaler. */
const AUTOSCALED =
    "the count is that of a new Deployment only: the program ignores its changes (ignoreChanges), because a field that is " +
    "left out of an apply falls back to 1";

/** Exemptions of the pod template: what the sidecar, eBPF and a hostPath socket need. */
export function podExemptions(args: MeshAppArgs): Exemptions {
    const { settings } = args;
    const reason = hostPathReason(settings);
    return {
        ...(waitsAsSidecar(args)
            ? skip(["liveness-probe", "readiness-probe"], IDENTITY_WAIT_PROBES, IDENTITY_WAIT)
            : {}),
        ...(settings.ebpf.enabled ? skip(EBPF_RULES, EBPF_CONTAINER, APP) : {}),
        ...(reason === undefined ? {} : skip(["host-path"], reason)),
    };
}

/** Exemption of the Deployment, whose autoscaler owns the replica count after the first update. */
export function deploymentExemptions({ settings }: MeshAppArgs): Exemptions {
    return settings.autoscaling.enabled ? skip(["hpa-replicas-conflict"], AUTOSCALED) : {};
}

/** Exemption of a NetworkPolicy for neighbors, by the policy's name. */
export function networkPolicyExemptions(policy: string): Exemptions {
    return [NEIGHBOR, MESHED_NEIGHBOR].some((prefix) => policy.startsWith(prefix))
        ? skip(["dangling-selector"], NEIGHBOR_PODS)
        : {};
}

/** Exemption of the namespace, whose Pod Security level must admit the host path. */
export function namespaceExemptions({ settings }: MeshAppArgs): Exemptions {
    const reason = hostPathReason(settings);
    return reason === undefined ? {} : skip(["namespace-pss-label"], reason);
}

function hostPathReason({ ebpf, spireSocket }: MeshAppArgs["settings"]): string | undefined {
    const reasons = [
        ...(ebpf.enabled ? [HOST_PATH.ebpf] : []),
        ...(spireSocket.type === "hostPath" ? [HOST_PATH.socket] : []),
    ];
    return reasons.length === 0 ? undefined : reasons.join("; ");
}

/** The annotations that the policy pack reads: `skip.<rule>`, for one container `skip.<rule>.<container>`. */
function skip(rules: readonly string[], reason: string, container?: string): Exemptions {
    const suffix = container === undefined ? "" : `.${container}`;
    return Object.fromEntries(rules.map((rule) => [`policy.x0tta6bl4.mesh/skip.${rule}${suffix}`, reason]));
}
