import type { Values } from "./types";

/** Container security context for Pod Security level `restricted`, plus a read-only root filesystem. */
export const restrictedContainer = {
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ["ALL"] },
    seccompProfile: { type: "RuntimeDefault" },
} satisfies Values;

/** Pod security context of an unprivileged user. */
export function unprivilegedPod(user: number) {
    return {
        runAsNonRoot: true,
        runAsUser: user,
        runAsGroup: user,
        fsGroup: user,
        seccompProfile: { type: "RuntimeDefault" },
    } satisfies Values;
}
