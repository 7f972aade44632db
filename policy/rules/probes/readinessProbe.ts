import { flag } from "../../engine/options";
import { defineRule } from "../../evaluation/rule";
import { probeOptions, requireProbe } from "../../kubernetes/probes";

/** Options of the rule over one pod and of that over its stack. */
export const readinessOptions = {
    ...probeOptions,
    onlyIfService: flag(false, "Demand the probe only of pods that a Service of the stack selects."),
};

/** Every container that runs for long says when it can take work, so that no request meets one that cannot. */
export const readinessProbe = defineRule({
    id: "readiness-probe",
    title: "Containers have a readiness probe",
    description: "Every container that keeps running must have a readiness probe.",
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
    // Which Service selects the pods only the stack knows.
    check: (workload, options) => (options.onlyIfService ? [] : requireProbe(workload, "readinessProbe", options)),
});
