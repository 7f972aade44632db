import type { Field } from "../../engine/field";
import { advice, each, violation, type Finding } from "../../engine/finding";
import { defineRule } from "../../evaluation/rule";
import { eachContainer, runningContainers, RUNNING_ROLES, type Workload } from "../../kubernetes/workload";

/** Probes and handlers that connect to a port. */
const PORTS: readonly (readonly string[])[] = [
    ...["livenessProbe", "readinessProbe", "startupProbe"].flatMap((probe) =>
        ["httpGet", "tcpSocket", "grpc"].map((handler) => [probe, handler, "port"]),
    ),
    ...["postStart", "preStop"].flatMap((hook) =>
        ["httpGet", "tcpSocket"].map((handler) => ["lifecycle", hook, handler, "port"]),
    ),
];

/** A probe of a port that nothing listens on always fails. */
export const probePort = defineRule({
    id: "probe-port",
    title: "Probes use declared ports",
    description: "The port of a probe or lifecycle handler must be declared by the container.",
    severity: "medium",
    level: "mandatory",
    remediation: ["Use the name or number of an entry in the ports of the container.", "Or declare the port."],
    url: "https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/",
    example: {
        bad: `
containers:
  - name: app
    image: app:1.0.0
    ports: [{ name: http, containerPort: 8000 }]
    livenessProbe: { httpGet: { port: web } }`,
        good: `
containers:
  - name: app
    image: app:1.0.0
    ports: [{ name: http, containerPort: 8000 }]
    livenessProbe: { httpGet: { port: http } }`,
    },
    options: {},
    check: (workload) =>
        eachContainer(workload, RUNNING_ROLES, (container) =>
            each(PORTS, (keys) => checkPort(container.at(...keys), container, workload)),
        ),
});

function* checkPort(port: Field, container: Field, { pod, partial }: Workload): Generator<Finding> {
    const wanted = port.text();
    // A controller may add ports.
    if (wanted === undefined || wanted === "" || partial) {
        return;
    }
    const own = container.at("ports").items();
    if (!/^\d+$/.test(wanted)) {
        if (!own.some((entry) => entry.at("name").string() === wanted)) {
            yield violation(
                port,
                "names no port of the container",
                "Use the name of a port of this container; port names of other containers do not resolve.",
            );
        }
        return;
    }
    // Containers of a pod share its network. Ports need not be declared, so only a non-empty list without the port is
    // reported.
    const declared = runningContainers(pod).flatMap((one) => one.at("ports").items());
    if (declared.length > 0 && !declared.some((entry) => entry.at("containerPort").text() === wanted)) {
        yield advice(port, "is none of the ports that the pod declares", "Correct the number, or declare the port.");
    }
}
