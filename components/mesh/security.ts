import type { types } from "@pulumi/kubernetes";
import { restrictedContainer } from "../podSecurity";
import type { MeshAppArgs } from "./args";
import { APP } from "./names";

/** User and group of the app's image (its Dockerfile: x0tta6bl4, uid 1000). */
export const APP_USER = 1000;

/** Why eBPF pods run as root; shown with the policy exemption. */
const EBPF_REASON =
    "eBPF: Kubernetes gives added capabilities only to root, since it sets no ambient ones (KEP-2763); " +
    "all others are dropped and the root file system is read-only";

/** Pod-level security context. */
export function podSecurityContext({ settings }: MeshAppArgs): types.input.core.v1.PodSecurityContext {
    return {
        ...(settings.ebpf.enabled
            ? { runAsUser: 0 }
            : { runAsNonRoot: true, runAsUser: APP_USER, runAsGroup: APP_USER }),
        fsGroup: APP_USER,
        fsGroupChangePolicy: "OnRootMismatch",
        seccompProfile: { type: "RuntimeDefault" },
    };
}

/** Container security context: Pod Security level `restricted`, or that plus what eBPF needs. */
export function containerSecurityContext({ settings }: MeshAppArgs): types.input.core.v1.SecurityContext {
    return settings.ebpf.enabled
        ? {
              ...restrictedContainer,
              runAsNonRoot: false,
              capabilities: { drop: ["ALL"], add: ["BPF", "NET_ADMIN", "PERFMON"] },
          }
        : restrictedContainer;
}

/** Pod annotations that exempt exactly the eBPF container from the policy it cannot meet, with the reason. */
export function policyExemptions({ settings }: MeshAppArgs): Record<string, string> {
    return settings.ebpf.enabled ? { [`policy.x0tta6bl4.mesh/skip.run-as-non-root.${APP}`]: EBPF_REASON } : {};
}
