import type { Values } from "./types";

/** Timeout of session affinity (s): 3 hours, the default of Kubernetes. */
const STICKY_SECONDS = 10_800;

/**
 * Session affinity if there are several replicas. Each scrapes independently, or has silences that gossip has not yet
 * propagated, so panels that query alternating replicas would flicker.
 */
export function affinity(replicated: boolean): Values {
    return replicated
        ? { sessionAffinity: "ClientIP", sessionAffinityConfig: { clientIP: { timeoutSeconds: STICKY_SECONDS } } }
        : {};
}
