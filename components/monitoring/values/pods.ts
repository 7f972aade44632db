import type { Labels } from "../../shared/labels";
import type { Values } from "./types";

/**
 * Liveness probe that restarts a container only long after it is removed from the Service: 10 consecutive failures
 * instead of the chart's 3.
 */
export const PATIENT_LIVENESS = { failureThreshold: 10 } satisfies Values;

/** Preferred anti-affinity that places replicas on different nodes if there are enough. */
export function apart(labels: Labels) {
    return {
        podAntiAffinity: {
            preferredDuringSchedulingIgnoredDuringExecution: [
                {
                    weight: 100,
                    podAffinityTerm: { labelSelector: { matchLabels: labels }, topologyKey: "kubernetes.io/hostname" },
                },
            ],
        },
    } satisfies Values;
}
