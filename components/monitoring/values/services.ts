import type { Values } from "./types";

/** How long a client stays with its pod (s): 3 hours, the default of Kubernetes. */
const STICKY_SECONDS = 10_800;

/**
 * Keeps a client with one of several replicas. Each has scraped by itself, or holds silences that the gossip is yet to
 * bring, so a panel that asks now this one and now that one flickers.
 */
export function affinity(replicated: boolean): Values {
    return replicated
        ? { sessionAffinity: "ClientIP", sessionAffinityConfig: { clientIP: { timeoutSeconds: STICKY_SECONDS } } }
        : {};
}
