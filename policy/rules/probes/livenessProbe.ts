import { flag } from "../../engine/options";
import { defineRule } from "../../evaluation/rule";
import { probeOptions, requireProbe } from "../../kubernetes/probes";

/** A liveness probe lets the kubelet restart a container that no longer works. */
export const livenessProbe = defineRule({
    id: "liveness-probe",
    title: "Containers have a liveness probe",
    description: "Every long-running container must have a liveness probe.",
    severity: "medium",
    level: "mandatory",
    remediation: [
        "Set livenessProbe on the container with one of httpGet, tcpSocket, exec, grpc.",
        "Let it test the process itself, not its dependencies; otherwise an outage elsewhere restarts every pod.",
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
        acceptStartup: flag(false, "Accept a startupProbe instead of a livenessProbe."),
    },
    check: (workload, options) =>
        requireProbe(workload, "livenessProbe", options, options.acceptStartup ? "startupProbe" : undefined),
});
