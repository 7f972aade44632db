import { violation } from "../../engine/finding";
import { amount, flag } from "../../engine/options";
import { defineObjectRule } from "../../evaluation/rule";

/** Options of the rule over one autoscaler and of that over its stack. */
export const hpaOptions = {
    min: amount(2, "Least minReplicas."),
    max: amount(0, "Greatest maxReplicas; 0 for no bound."),
    assumeExisting: flag(false, "Accept that the target is not in this stack: the cluster may have it."),
};

/** An autoscaler that starts at one replica, or has no room to grow, saves nobody. */
export const hpaSanity = defineObjectRule({
    id: "hpa-sanity",
    title: "Autoscalers have room",
    description: "An autoscaler must have a target, several replicas and room to grow.",
    severity: "low",
    level: "advisory",
    remediation: [
        "Set spec.minReplicas to 2 or more, and spec.maxReplicas above it.",
        "Let spec.scaleTargetRef name an object of the stack.",
        "Set resources.requests of the resource that it is scaled by on every container of the target.",
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
