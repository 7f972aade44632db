import { violation } from "../../engine/finding";
import { amount, flag } from "../../engine/options";
import { defineObjectRule } from "../../evaluation/rule";

/** Options of the object half and the stack half of the rule. */
export const hpaOptions = {
    min: amount(2, "Least minReplicas."),
    max: amount(0, "Maximum of maxReplicas; 0 for no limit."),
    assumeExisting: flag(false, "Accept a target that is not in this stack but may exist in the cluster."),
};

/** An autoscaler with one minimum replica, or without room to grow, provides no availability. */
export const hpaSanity = defineObjectRule({
    id: "hpa-sanity",
    title: "Autoscalers have room to scale",
    description: "An autoscaler must have a target, several replicas and room to grow.",
    severity: "low",
    level: "advisory",
    remediation: [
        "Set spec.minReplicas to 2 or more, and spec.maxReplicas above it.",
        "Set spec.scaleTargetRef to an object of the stack.",
        "Set resources.requests for the scaled resource on every container of the target.",
    ],
    url: "https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/",
    example: {
        bad: `
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { namespace: shop, name: web }
spec: { minReplicas: 1, maxReplicas: 1, scaleTargetRef: { kind: Deployment, name: web } }`,
        good: `
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { namespace: shop, name: web }
spec: { minReplicas: 2, maxReplicas: 5, scaleTargetRef: { kind: Deployment, name: web } }`,
    },
    kinds: ["HorizontalPodAutoscaler.autoscaling"],
    options: hpaOptions,
    *check({ object, partial }, { min, max }) {
        const [least, most] = [object.at("spec", "minReplicas"), object.at("spec", "maxReplicas")];
        const [from, to] = [least.number(), most.number()];
        if (from === undefined ? !partial && min > 1 : from < min) {
            const problem = from === undefined ? "is unset, which means 1" : `is below ${min}`;
            yield violation(least, problem, `Set it to ${min} or more (option min).`);
        }
        if (to === undefined) {
            return;
        }
        if (to <= (from ?? 1) && !(partial && from === undefined)) {
            yield violation(most, "is not above minReplicas", "Raise it.");
        }
        if (max > 0 && to > max) {
            yield violation(most, `is above ${max}`, "Lower it (option max).");
        }
    },
});
