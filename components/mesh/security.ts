import type { types } from "@pulumi/kubernetes";
import { restrictedContainer } from "../shared/podSecurity";
import type { MeshAppArgs } from "./args";

/** User and group of the app's image (its Dockerfile: x0tta6bl4, uid 1000). */
export const APP_USER = 1000;

/** Pod-level security context; also what an init container gets. */
export const podSecurityContext: types.input.core.v1.PodSecurityContext = {
    runAsNonRoot: true,
    runAsUser: APP_USER,
    runAsGroup: APP_USER,
    fsGroup: APP_USER,
    fsGroupChangePolicy: "OnRootMismatch",
    seccompProfile: { type: "RuntimeDefault" },
};

/** Container security context: Pod Security level `restricted`, or that plus what eBPF needs. */
export function containerSecurityContext({ settings }: MeshAppArgs): types.input.core.v1.SecurityContext {
    return settings.ebpf.enabled
        ? {
              ...restrictedContainer,
              runAsNonRoot: false,
              runAsUser: 0,
              capabilities: { drop: ["ALL"], add: ["BPF", "NET_ADMIN", "PERFMON"] },
          }
        : restrictedContainer;
}
