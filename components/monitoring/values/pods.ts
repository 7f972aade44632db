import type { Labels } from "../../shared/labels";
import type { Values } from "./types";

/** Restart a container later than it is taken out of service: 10 failures in a row instead of the chart's 3. */
export const PATIENT_LIVENESS = { failureThreshold: 10 } satisfies Values;

/** Keeps pods of several replicas on different nodes where there are enough. */
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
