import { each, violation } from "../../engine/finding";
import { texts } from "../../engine/options";
import { defineRule } from "../../evaluation/rule";
import { EVERY_ROLE, eachContainer } from "../../kubernetes/workload";

/** A port of the node bypasses Services and network policies, and only one pod a node can have it. */
export const hostPorts = defineRule({
    id: "host-ports",
    title: "Containers take no ports of the node",
    description: "No container may use a port of its node.",
    severity: "medium",
    level: "mandatory",
    remediation: [
        "Remove hostPort and use a Service.",
        "Remove hostNetwork, under which every container port is a port of the node.",
    ],
    url: "https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline",
    example: {
        bad: `
containers:
  - name: app
    image: app:1.0.0
    ports: [{ containerPort: 8080, hostPort: 80 }]`,
        good: `
containers:
  - name: app
    image: app:1.0.0
    ports: [{ containerPort: 8080 }]`,
    },
    options: {
        allow: texts([], "Ports that may be used, each a number or a range, e.g. 9100 or 30000-30100."),
    },
    *check(workload, { allow }) {
        const shared = workload.pod.at("hostNetwork");
        yield* eachContainer(workload, EVERY_ROLE, (container) =>
            each(container.at("ports").items(), function* (port) {
                const field = port.at("hostPort");
                const own = field.number() ?? 0;
                // The API server copies the port where the pod shares the network of its node.
                const used = own === 0 && shared.boolean() === true ? (port.at("containerPort").number() ?? 0) : own;
                if (used === 0 || allow.some((range) => isIn(used, range))) {
                    return;
                }
                yield own === 0
                    ? violation(
                          field,
                          "is containerPort, because hostNetwork is true",
                          "Remove hostNetwork (option allow).",
                      )
                    : violation(field, "takes a port of the node", "Remove it and use a Service (option allow).");
            }),
        );
    },
});

/** Whether a port is a number, or in a range, that is written as text. */
function isIn(port: number, range: string): boolean {
    const [, first = "", last = first] = /^(\d+)(?:-(\d+))?$/.exec(range) ?? [];
    return first !== "" && port >= Number(first) && port <= Number(last);
}
