import type { Values } from "./types";

/** Container security context of Pod Security level `restricted`, with a read-only root file system on top. */
export const restrictedContainer = {
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ["ALL"] },
    seccompProfile: { type: "RuntimeDefault" },
} satisfies Values;

/** Pod security context of a user without rights. */
export function unprivilegedPod(user: number) {
    return {
        runAsNonRoot: true,
        runAsUser: user,
        runAsGroup: user,
        fsGroup: user,
        seccompProfile: { type: "RuntimeDefault" },
    } satisfies Values;
}
