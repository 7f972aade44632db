import { violation } from "../../engine/finding";
import { defineStackRule, eachObject } from "../../evaluation/stackRule";
import { AUTOSCALERS, targetOf } from "../../kubernetes/autoscaler";

/** Every update would reset the number of replicas that the autoscaler has set. */
export const hpaReplicasConflict = defineStackRule({
    id: "hpa-replicas-conflict",
    title: "Autoscaled workloads do not set replicas",
    description: "A workload that an autoscaler scales must not set its replicas.",
    severity: "medium",
    level: "advisory",
    remediation: ["Remove spec.replicas from the workload, or the autoscaler."],
    url: "https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/",
    example: {
        bad: `
apiVersion: apps/v1
kind: Deployment
metadata: { namespace: shop, name: web }
spec:
  replicas: 3
  template:
    metadata: { labels: { app: web } }
    spec:
      containers:
        - { name: app, image: app:1.0.0 }
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { namespace: shop, name: web }
spec:
  scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: web }
  minReplicas: 2
  maxReplicas: 5`,
        good: `
apiVersion: apps/v1
kind: Deployment
metadata: { namespace: shop, name: web }
spec:
  template:
    metadata: { labels: { app: web } }
    spec:
      containers:
        - { name: app, image: app:1.0.0 }
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { namespace: shop, name: web }
spec:
  scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: web }
  minReplicas: 2
  maxReplicas: 5`,
    },
    options: {},
    check: (stack) =>
        eachObject(
            new Set(stack.ofKind(...AUTOSCALERS).flatMap((autoscaler) => targetOf(stack, autoscaler) ?? [])),
            function* ({ object }) {
                const field = object.at("spec", "replicas");
                if (field.isSet()) {
                    yield violation(field, "is set, although an autoscaler of this stack also sets it", "Remove it.");
                }
            },
        ),
});
