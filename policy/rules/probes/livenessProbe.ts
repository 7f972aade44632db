import { flag } from "../../engine/options";
import { defineRule } from "../../evaluation/rule";
import { probeOptions, requireProbe } from "../../kubernetes/probes";

/** Every container that runs for long can be found dead, and is then restarted. */
export const livenessProbe = defineRule({
    id: "liveness-probe",
    title: "Containers have a liveness probe",
    description: "Every container that keeps running must have a liveness probe.",
    severity: "medium",
    level: "mandatory",
    remediation: [
        "Set livenessProbe on the container with one of httpGet, tcpSocket, exec, grpc.",
        "Let it test the process itself, not what it depends on, or an outage elsewhere restarts every pod.",
    ],
    url: "https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/",
    example: {
        bad: `
containers: [{ name: app, image: app:1.0.0 }]`,
        good: `
containers:
  - name: app
    image: app:1.0.0
    livenessProbe: { httpGet: { path: /live, port: 8080 } }`,
    },
    options: {
        ...probeOptions,
        acceptStartup: flag(false, "Accept a startupProbe in place of a livenessProbe."),
    },
    check: (workload, options) =>
        requireProbe(workload, "livenessProbe", options, options.acceptStartup ? "startupProbe" : undefined),
});
