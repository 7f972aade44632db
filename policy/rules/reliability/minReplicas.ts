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

/** Options of the rule over one object and of that over its stack. */
export const replicaOptions = {
    min: amount(2, "Least number of replicas."),
    unset: choice(
        "autoscaled",
        "Without spec.replicas: accept it where an autoscaler of the stack sets it, accept it anyhow, or report it.",
        ["autoscaled", "accept", "report"],
    ),
    allow: texts([], `Objects that may have fewer, ${OBJECT_PATTERNS}.`),
};

/** One replica is none while its node is drained. */
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
        // Nothing runs on purpose.
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
