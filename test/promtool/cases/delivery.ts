import type { RuleContext } from "../../../components/monitoring/rules";
import { series } from "../../../components/monitoring/rules/promql";
import { flat } from "../support/samples";
import type { CaseTable } from "../support/types";

/** The Rollout of a name in a phase. */
function rollout({ mesh }: RuleContext, phase: string, values: string, name = mesh.name): Record<string, string> {
    const labels = { job: "argo-rollouts", namespace: mesh.namespace, pod: "argo-rollouts-1-a" };
    return { [series("rollout_info", { ...labels, name, strategy: "Canary", phase })]: values };
}

/** What the controller of Rollouts says; only with canaries. */
export const delivery: CaseTable = {
    groups: ["delivery"],
    cases: (context) => {
        const { namespace, name } = context.mesh;
        const aborted = (phase: string) => [
            {
                labels: { severity: "warning", namespace, name, phase },
                description: `Rollout ${name} in ${namespace} is in phase ${phase}: the old version serves, and the settings still ask for the new one.`,
            },
        ];
        return {
            X0tta6bl4RolloutAborted: [
                ...["Abort", "Timeout", "Error", "InvalidSpec"].map((phase) => ({
                    kind: "fires" as const,
                    title: `it is in phase ${phase}`,
                    series: rollout(context, phase, flat(1)),
                    notYetAt: "30s",
                    at: "2m",
                    fires: aborted(phase),
                })),
                {
                    kind: "boundary",
                    title: "it was aborted and tried again within a minute",
                    series: { ...rollout(context, "Abort", "1 _x200"), ...rollout(context, "Progressing", "_ 1x200") },
                    at: "10m",
                },
                {
                    kind: "stays quiet",
                    title: "another stack's Rollout is aborted",
                    series: {
                        ...rollout(context, "Completed", flat(1)),
                        ...rollout(context, "Abort", flat(1), "other"),
                    },
                    at: "10m",
                },
                { kind: "no data", title: "there is no controller", series: {}, at: "10m" },
            ],
            X0tta6bl4RolloutWaiting: [
                {
                    kind: "fires",
                    title: "it waits for an hour longer than its steps last",
                    series: rollout(context, "Paused", flat(1)),
                    notYetAt: "64m30s",
                    at: "65m",
                    fires: [
                        {
                            labels: { severity: "info", namespace, name, phase: "Paused" },
                            description: `Rollout ${name} in ${namespace} waits at a step: two versions serve until it is promoted or aborted.`,
                        },
                    ],
                },
                {
                    kind: "boundary",
                    title: "it is promoted after an hour",
                    series: {
                        ...rollout(context, "Paused", "1x120 _x100"),
                        ...rollout(context, "Completed", "_x120 1x100"),
                    },
                    at: "70m",
                },
                {
                    kind: "stays quiet",
                    title: "it takes its steps",
                    series: rollout(context, "Progressing", flat(1)),
                    at: "90m",
                },
                { kind: "no data", title: "there is no controller", series: {}, at: "90m" },
            ],
        };
    },
};
