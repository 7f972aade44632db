import { isObject } from "../../engine/field";
import { violation } from "../../engine/finding";
import { defineRule } from "../../evaluation/rule";
import { RUNNING_ROLES, eachContainer } from "../../kubernetes/workload";

/** If the liveness probe equals the readiness probe, a pod that should only stop receiving requests is restarted. */
export const probesIdentical = defineRule({
    id: "probes-identical",
    title: "Liveness and readiness probes differ",
    description: "The liveness probe must differ from the readiness probe.",
    severity: "low",
    level: "advisory",
    remediation: [
        "Let the readiness probe test whether the container can serve, and the liveness probe only whether it is stuck.",
        "Or give the liveness probe more time than the readiness probe: a higher failureThreshold or periodSeconds.",
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
            yield violation(liveness, "is the same as the readiness probe", "Use another test, or allow more time.");
        }),
});

/** Whether two plain values are equal, regardless of the order of keys. */
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
