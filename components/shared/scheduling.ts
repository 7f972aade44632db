import type { types } from "@pulumi/kubernetes";
import type { SchedulingSettings } from "../../settings/shared/scheduling";
import { listOrNone, mapOrNone } from "./compact";
import type { Labels } from "./labels";

/**
 * Affinity, topology spread constraints, tolerations and priority class of a pod spec.
 * @param matchLabels Labels that select the app's pods.
 */
export function podScheduling(settings: SchedulingSettings, matchLabels: Labels) {
    const labelSelector = { matchLabels };
    return {
        affinity: mapOrNone({ ...podAntiAffinity(settings, matchLabels), ...nodeAffinity(settings) }),
        topologySpreadConstraints: listOrNone(
            settings.topologySpread.map((constraint) => ({ ...constraint, labelSelector })),
        ),
        tolerations: listOrNone(settings.tolerations),
        priorityClassName: settings.priorityClassName,
    } satisfies Partial<types.input.core.v1.PodSpec>;
}

function podAntiAffinity(settings: SchedulingSettings, matchLabels: Labels): types.input.core.v1.Affinity {
    const term = { labelSelector: { matchLabels }, topologyKey: "kubernetes.io/hostname" };
    switch (settings.antiAffinity) {
        case "preferred":
            return {
                podAntiAffinity: {
                    preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 100, podAffinityTerm: term }],
                },
            };
        case "required":
            return { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term] } };
        case "none":
            return {};
    }
}

function nodeAffinity(settings: SchedulingSettings): types.input.core.v1.Affinity {
    const { required, preferred } = settings.nodeAffinity;
    if (required.length === 0 && preferred.length === 0) {
        return {};
    }
    return {
        nodeAffinity: {
            ...(required.length === 0
                ? {}
                : {
                      requiredDuringSchedulingIgnoredDuringExecution: {
                          nodeSelectorTerms: [{ matchExpressions: required }],
                      },
                  }),
            preferredDuringSchedulingIgnoredDuringExecution: preferred.map((expression) => ({
                weight: 100,
                preference: { matchExpressions: [expression] },
            })),
        },
    };
}
