import type { MeshAppArgs } from "./args";

/**
 * Starts a new pod before an old one stops; if the old pod holds the volume that the new one needs, the old one stops
 * first.
 */
export function rollingUpdate(data: MeshAppArgs["settings"]["data"]) {
    return data.type === "existingClaim" && data.accessMode !== "ReadWriteMany"
        ? { maxSurge: 0, maxUnavailable: 1 }
        : { maxSurge: 1, maxUnavailable: 0 };
}
