import type { V1Affinity, V1PodAffinityTerm } from "@kubernetes/client-node";
import { type Check } from "../check";
import { judge, type Difference } from "../outcome";
import { judging } from "../cluster/lookup";
import { same, sameFields } from "../compare";
import type { Expectation } from "../expectation";
import { CONTAINER, podSpecOf } from "../subject";
import { counted } from "../../terminal/counted";

const TOPIC = "Scheduling";
const LOOK = "get deployment -o jsonpath={..affinity}";
const HOSTNAME = "kubernetes.io/hostname";

/** Differences in an anti-affinity term that places the app's pods on different nodes. */
function termDifferences(path: string, term: V1PodAffinityTerm | undefined, environment: string): Difference[] {
    return [
        ...same(`${path}.topologyKey`, HOSTNAME, term?.topologyKey),
        ...sameFields(
            `${path}.labelSelector`,
            { "app.kubernetes.io/name": CONTAINER, environment },
            term?.labelSelector?.matchLabels,
        ),
    ];
}

/** Differences in anti-affinity: exactly one term of the expected kind, and none of the other. */
function antiAffinityDifferences(affinity: V1Affinity | undefined, { mesh, environment }: Expectation): Difference[] {
    const { antiAffinity } = mesh.scheduling;
    const preferred = affinity?.podAntiAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
    const required = affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? [];
    const counts = [
        ...same("preferred anti-affinity terms", antiAffinity === "preferred" ? 1 : 0, preferred.length),
        ...same("required anti-affinity terms", antiAffinity === "required" ? 1 : 0, required.length),
    ];
    switch (antiAffinity) {
        case "preferred":
            return [
                ...counts,
                ...same("preferred[0].weight", 100, preferred[0]?.weight),
                ...termDifferences("preferred[0]", preferred[0]?.podAffinityTerm, environment),
            ];
        case "required":
            return [...counts, ...termDifferences("required[0]", required[0], environment)];
        case "none":
            return counts;
    }
}

/** Checks of pod scheduling. */
export const SCHEDULING_CHECKS: readonly Check[] = [
    {
        topic: TOPIC,
        name: "anti-affinity by hostname",
        look: LOOK,
        run: (snapshot, expected) =>
            judging(podSpecOf(snapshot), ({ affinity }) =>
                judge(antiAffinityDifferences(affinity, expected), expected.mesh.scheduling.antiAffinity),
            ),
    },
    {
        topic: TOPIC,
        name: "node affinity",
        look: LOOK,
        run: (snapshot, { mesh }) =>
            judging(podSpecOf(snapshot), ({ affinity }) => {
                const { required, preferred } = mesh.scheduling.nodeAffinity;
                const found = affinity?.nodeAffinity;
                const terms = found?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
                const weighted = found?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
                const count = required.length + preferred.length;
                return judge(
                    [
                        ...same(
                            "required",
                            required.length === 0 ? [] : [required],
                            terms.map((term) => term.matchExpressions),
                        ),
                        ...same(
                            "preferred",
                            preferred,
                            weighted.flatMap(({ preference }) => preference.matchExpressions ?? []),
                        ),
                    ],
                    count === 0 ? "none, as set" : counted(count, "expression"),
                );
            }),
    },
    {
        topic: TOPIC,
        name: "topology spread",
        look: "get deployment -o jsonpath={..topologySpreadConstraints}",
        run: (snapshot, { mesh }) =>
            judging(podSpecOf(snapshot), ({ topologySpreadConstraints = [] }) => {
                const wanted = mesh.scheduling.topologySpread;
                const found = topologySpreadConstraints.map(({ topologyKey, maxSkew, whenUnsatisfiable }) => ({
                    topologyKey,
                    maxSkew,
                    whenUnsatisfiable,
                }));
                const keys = wanted.map(({ topologyKey }) => topologyKey).join(", ");
                return judge(same("topologySpreadConstraints", wanted, found), keys === "" ? "none, as set" : keys);
            }),
    },
    {
        topic: TOPIC,
        name: "tolerations and priority",
        look: "get deployment -o jsonpath={..tolerations}",
        run: (snapshot, { mesh }) =>
            judging(podSpecOf(snapshot), ({ tolerations = [], priorityClassName }) => {
                const { scheduling } = mesh;
                return judge(
                    [
                        ...same(
                            "tolerations",
                            scheduling.tolerations,
                            // The API server does not default the operator; unset means Equal.
                            tolerations.map(({ operator = "Equal", ...rest }) => ({ ...rest, operator })),
                        ),
                        ...same("priorityClassName", scheduling.priorityClassName, priorityClassName),
                    ],
                    `${counted(scheduling.tolerations.length, "toleration")}, ${scheduling.priorityClassName ?? "no"} priority class`,
                );
            }),
    },
];
