import { violation } from "../../engine/finding";
import { texts } from "../../engine/options";
import { defineObjectRule } from "../../evaluation/rule";
import { allowedBy, OBJECT_PATTERNS } from "../../kubernetes/allow";

/** A bare pod is lost with its node: no controller recreates it. */
export const nakedPod = defineObjectRule({
    id: "naked-pod",
    title: "Pods belong to a controller",
    description: "Pods must not be created without a controller.",
    severity: "medium",
    level: "advisory",
    remediation: ["Use a Deployment, StatefulSet, DaemonSet, Job or CronJob."],
    url: "https://kubernetes.io/docs/concepts/workloads/pods/#working-with-pods",
    example: {
        bad: `
apiVersion: v1
kind: Pod
metadata: { namespace: shop, name: web }
spec:
  containers: [{ name: app, image: app:1.0.0 }]`,
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
    kinds: ["Pod"],
    options: {
        allow: texts([], `Pods that need no controller, ${OBJECT_PATTERNS}.`),
    },
    *check({ object, partial }, { allow }) {
        if (partial || object.at("metadata", "ownerReferences").items().length > 0 || allowedBy(allow, object)) {
            return;
        }
        yield violation(
            object.at("kind"),
            "is Pod, which no controller recreates",
            "Use a Deployment or another controller.",
        );
    },
});
