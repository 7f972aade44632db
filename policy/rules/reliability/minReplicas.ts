import { violation } from "../../engine/finding";
import { amount, choice, texts } from "../../engine/options";
import { defineObjectRule } from "../../evaluation/rule";
import { allowedBy, OBJECT_PATTERNS } from "../../kubernetes/allow";

/** Kinds that should have several replicas. */
export const REPLICATED_KINDS: readonly string[] = [
    "Deployment.apps",
    "StatefulSet.apps",
    "Deployment.extensions",
    "Rollout.argoproj.io",
];

/** Options of the object half and the stack half of the rule. */
export const replicaOptions = {
    min: amount(2, "Minimum number of replicas."),
    unset: choice(
        "autoscaled",
        "If spec.replicas is unset: accept it if an autoscaler of the stack sets it, always accept it, or report it.",
        ["autoscaled", "accept", "report"],
    ),
    allow: texts([], `Objects that may have fewer replicas, ${OBJECT_PATTERNS}.`),
};

/** A single replica is unavailable while its node is drained. */
export const minReplicas = defineObjectRule({
    id: "min-replicas",
    title: "Workloads have several replicas",
    description: "Deployments and StatefulSets must have several replicas.",
    severity: "low",
    level: "advisory",
    remediation: ["Set spec.replicas to 2 or more, or leave it out and add a HorizontalPodAutoscaler."],
    url: "https://kubernetes.io/docs/concepts/workloads/controllers/deployment/",
    example: {
        bad: `
apiVersion: apps/v1
kind: Deployment
metadata: { namespace: shop, name: web }
spec:
  replicas: 1
  template:
    metadata: { labels: { app: web } }
    spec:
      containers:
        - name: app
          image: app:1.0.0`,
        good: `
apiVersion: apps/v1
kind: Deployment
metadata: { namespace: shop, name: web }
spec:
  replicas: 2
  template:
    metadata: { labels: { app: web } }
    spec:
      containers:
        - name: app
          image: app:1.0.0`,
    },
    kinds: REPLICATED_KINDS,
    options: replicaOptions,
    *check({ object, partial }, { min, unset, allow }) {
        const field = object.at("spec", "replicas");
        const replicas = field.number();
        if (replicas === undefined && (partial || unset !== "report")) {
            return;
        }
        // Scaled to zero on purpose.
        if (replicas === 0 || (replicas ?? 1) >= min || allowedBy(allow, object)) {
            return;
        }
        yield violation(
            field,
            replicas === undefined ? "is unset, which means 1" : `is below ${min}`,
            `Set it to ${min} or more (option allow).`,
        );
    },
});
