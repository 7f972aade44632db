import type { types } from "@pulumi/kubernetes";
import { listOrNone, mapOrNone } from "../compact";
import { selectorLabels } from "../labels";
import type { MeshAppArgs } from "./args";
import { APP } from "./names";

/** Where the mesh pods run: affinity, spread, tolerations and priority of the pod spec. */
export function scheduling(args: MeshAppArgs) {
    const { scheduling } = args.settings;
    const labelSelector = { matchLabels: selectorLabels(APP, args.environment) };
    return {
        affinity: mapOrNone({ ...podAntiAffinity(args), ...nodeAffinity(args) }),
        topologySpreadConstraints: listOrNone(
            scheduling.topologySpread.map((constraint) => ({ ...constraint, labelSelector })),
        ),
        tolerations: listOrNone(scheduling.tolerations),
        priorityClassName: scheduling.priorityClassName,
    } satisfies Partial<types.input.core.v1.PodSpec>;
}

function podAntiAffinity(args: MeshAppArgs): types.input.core.v1.Affinity {
    const term = {
        labelSelector: { matchLabels: selectorLabels(APP, args.environment) },
        topologyKey: "kubernetes.io/hostname",
    };
    switch (args.settings.scheduling.antiAffinity) {
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

function nodeAffinity({ settings }: MeshAppArgs): types.input.core.v1.Affinity {
    const { required, preferred } = settings.scheduling.nodeAffinity;
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
