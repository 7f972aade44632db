import type { types } from "@pulumi/kubernetes";
import type { Labels } from "./labels";

/** A level of the Pod Security Standards. */
export type PodSecurityLevel = "restricted" | "baseline" | "privileged";

/** Namespace labels that enforce, audit and warn at one Pod Security level (Pod Security Admission). */
export function podSecurityLabels(level: PodSecurityLevel, version: string): Labels {
    return Object.fromEntries(
        ["enforce", "audit", "warn"].flatMap((mode) => [
            [`pod-security.kubernetes.io/${mode}`, level],
            [`pod-security.kubernetes.io/${mode}-version`, version],
        ]),
    );
}

/** Container security context for Pod Security level `restricted`, plus a read-only root filesystem. */
export const restrictedContainer = {
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    runAsNonRoot: true,
    capabilities: { drop: ["ALL"] },
    seccompProfile: { type: "RuntimeDefault" },
} satisfies types.input.core.v1.SecurityContext;
