import { flag } from "../../engine/options";
import { defineRule } from "../../evaluation/rule";
import { probeOptions, requireProbe } from "../../kubernetes/probes";

/** Options of the object half and the stack half of the rule. */
export const readinessOptions = {
    ...probeOptions,
    onlyIfService: flag(false, "Require the probe only for pods that a Service of the stack selects."),
};

/** A readiness probe keeps requests away from a container that cannot serve them. */
export const readinessProbe = defineRule({
    id: "readiness-probe",
    title: "Containers have a readiness probe",
    description: "Every long-running container must have a readiness probe.",
    severity: "medium",
    level: "mandatory",
    remediation: [
        "Set readinessProbe on the container with one of httpGet, tcpSocket, exec, grpc.",
        "Let it fail while the container cannot serve, so that Services leave the pod out and rollouts wait for it.",
    ],
    url: "https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/",
    example: {
        bad: `
containers: [{ name: app, image: app:1.0.0 }]`,
        good: `
containers:
  - name: app
    image: app:1.0.0
    readinessProbe: { httpGet: { path: /ready, port: 8080 } }`,
    },
    options: readinessOptions,
    // Only the stack half can see which Services select the pods.
    check: (workload, options) => (options.onlyIfService ? [] : requireProbe(workload, "readinessProbe", options)),
});
