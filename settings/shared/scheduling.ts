import { z } from "zod";
import * as p from "./primitives";

const WHOLE_NUMBER = /^[+-]?\d{1,18}$/;

/**
 * Whether the number of values fits the operator (k8s.io/kubernetes/pkg/apis/core/validation:
 * ValidateNodeSelectorRequirement).
 */
function valuesFit({ operator, values = [] }: { operator: string; values?: readonly string[] }): boolean {
    switch (operator) {
        case "In":
        case "NotIn":
            return values.length > 0;
        case "Gt":
        case "Lt":
            // The scheduler compares them as integers (k8s.io/component-helpers/scheduling/corev1/nodeaffinity).
            return values.length === 1 && WHOLE_NUMBER.test(values[0] ?? "");
        default:
            return values.length === 0;
    }
}

const expression = z
    .strictObject({
        key: p.labelKey.describe("Node label"),
        operator: z.enum(["In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt"]).describe("How the label is compared"),
        values: z
            .array(p.labelValue)
            .optional()
            .describe(
                "At least one for In and NotIn, one whole number for Gt and Lt, none for Exists and DoesNotExist",
            ),
    })
    .refine(valuesFit, {
        error: "values that fit the operator: at least one for In and NotIn, one whole number for Gt and Lt, none otherwise",
    });

/** A toleration; follows ValidateTolerations in k8s.io/kubernetes/pkg/apis/core/validation. */
const toleration = z
    .strictObject({
        key: p.labelKey.optional().describe("Taint key; unset, with operator Exists: all taints"),
        operator: z.enum(["Exists", "Equal"]).default("Equal").describe("How the taint is compared"),
        value: p.labelValue.optional().describe("Taint value, for Equal"),
        effect: z
            .enum(["NoSchedule", "PreferNoSchedule", "NoExecute"])
            .optional()
            .describe("Taint effect; unset: all effects"),
        tolerationSeconds: p.seconds.optional().describe("For NoExecute: how long the pod stays (s)"),
    })
    .refine(({ key, operator }) => key !== undefined || operator === "Exists", {
        error: "operator Exists where there is no key",
    })
    .refine(({ value, operator }) => (value ?? "") === "" || operator === "Equal", {
        error: "without value where the operator is Exists",
    })
    .refine(({ effect, tolerationSeconds }) => tolerationSeconds === undefined || effect === "NoExecute", {
        error: "effect NoExecute where tolerationSeconds is set",
    });

/** Taints that pods tolerate. */
export const tolerations = z.array(toleration);

/** Schema of pod scheduling. */
export const scheduling = z
    .strictObject({
        antiAffinity: z
            .enum(["preferred", "required", "none"])
            .default("preferred")
            .describe("Spread the pods over nodes; required needs more nodes than replicas during an update"),
        nodeAffinity: z
            .strictObject({
                required: z.array(expression).default([]).describe("Node labels that must all match"),
                preferred: z.array(expression).default([]).describe("Preferred node labels, weight 100 each"),
            })
            .prefault({}),
        topologySpread: z
            .array(
                z.strictObject({
                    topologyKey: p.labelKey.describe("Node label, e.g. topology.kubernetes.io/zone"),
                    maxSkew: p.count.default(1).describe("Maximum difference in pods between two domains"),
                    whenUnsatisfiable: z
                        .enum(["ScheduleAnyway", "DoNotSchedule"])
                        .default("ScheduleAnyway")
                        .describe("What to do with a pod that would violate the constraint"),
                }),
            )
            // ValidateSpreadConstraintNotRepeat in k8s.io/kubernetes/pkg/apis/core/validation.
            .refine(
                (list) =>
                    new Set(list.map(({ topologyKey, whenUnsatisfiable }) => `${topologyKey} ${whenUnsatisfiable}`))
                        .size === list.length,
                { error: "constraints that differ in topologyKey or whenUnsatisfiable" },
            )
            .default([])
            .describe("Topology spread constraints of the pods"),
        tolerations: tolerations.default([]).describe("Taints that the pods tolerate"),
        priorityClassName: p.dnsName.optional().describe("PriorityClass of the pods"),
    })
    .prefault({});

/** Settings of scheduling, validated and with defaults. */
export type SchedulingSettings = z.output<typeof scheduling>;
