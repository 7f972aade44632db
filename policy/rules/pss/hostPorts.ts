import { each, violation } from "../../engine/finding";
import { texts } from "../../engine/options";
import { defineRule } from "../../evaluation/rule";
import { EVERY_ROLE, eachContainer } from "../../kubernetes/workload";

/** A host port bypasses Services and network policies, and only one pod per node can use it. */
export const hostPorts = defineRule({
    id: "host-ports",
    title: "Containers use no host ports",
    description: "No container may use a host port.",
    severity: "medium",
    level: "mandatory",
    remediation: [
        "Remove hostPort and use a Service.",
        "Remove hostNetwork, which makes every container port a host port.",
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
                // The API server sets hostPort to containerPort if the pod shares the host network.
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
                    : violation(field, "is a host port", "Remove it and use a Service (option allow).");
            }),
        );
    },
});

/** Whether a port equals a number, or is in a range, given as text. */
function isIn(port: number, range: string): boolean {
    const [, first = "", last = first] = /^(\d+)(?:-(\d+))?$/.exec(range) ?? [];
    return first !== "" && port >= Number(first) && port <= Number(last);
}
