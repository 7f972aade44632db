import { isObject } from "../../engine/field";
import { violation } from "../../engine/finding";
import { defineRule } from "../../evaluation/rule";
import { RUNNING_ROLES, eachContainer } from "../../kubernetes/workload";

/** A liveness probe that is the readiness probe restarts a pod as soon as it should only get no more work. */
export const probesIdentical = defineRule({
    id: "probes-identical",
    title: "Liveness and readiness are told apart",
    description: "The liveness probe must differ from the readiness probe.",
    severity: "low",
    level: "advisory",
    remediation: [
        "Let readiness say whether the container can serve, and liveness only whether it is stuck.",
        "Or give liveness more time than readiness: a higher failureThreshold or periodSeconds.",
    ],
    url: "https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/",
    example: {
        bad: `
containers:
  - name: app
    image: app:1.0.0
    livenessProbe: { httpGet: { path: /health, port: 80 } }
    readinessProbe: { httpGet: { path: /health, port: 80 } }`,
        good: `
containers:
  - name: app
    image: app:1.0.0
    livenessProbe: { httpGet: { path: /live, port: 80 } }
    readinessProbe: { httpGet: { path: /health, port: 80 } }`,
    },
    options: {},
    check: (workload) =>
        eachContainer(workload, RUNNING_ROLES, function* (container) {
            const [liveness, readiness] = [container.at("livenessProbe"), container.at("readinessProbe")];
            if (!liveness.isSet() || !readiness.isSet() || !sameValue(liveness.value(), readiness.value())) {
                return;
            }
            yield violation(liveness, "is the same as the readiness probe", "Give it another test, or more time.");
        }),
});

/** Whether two plain values are the same; the order of keys does not matter. */
function sameValue(a: unknown, b: unknown): boolean {
    if (Array.isArray(a) && Array.isArray(b)) {
        return a.length === b.length && a.every((item, index) => sameValue(item, b[index]));
    }
    if (!isObject(a) || !isObject(b)) {
        return a === b;
    }
    const keys = Object.keys(a);
    return (
        keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && sameValue(a[key], b[key]))
    );
}
