import { each, violation } from "../../engine/finding";
import { texts } from "../../engine/options";
import { defineRule } from "../../evaluation/rule";

/** The host namespaces that a pod can share. */
const NAMESPACES: readonly string[] = ["hostNetwork", "hostPID", "hostIPC"];

/** A pod in a host namespace sees the processes, messages or traffic of the node and of other pods. */
export const hostNamespaces = defineRule({
    id: "host-namespaces",
    title: "Pods do not share host namespaces",
    description: "No pod may share the network, process or IPC namespace of its node.",
    severity: "critical",
    level: "mandatory",
    remediation: ["Remove hostNetwork, hostPID and hostIPC."],
    url: "https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline",
    example: {
        bad: `
hostNetwork: true
containers:
  - name: app
    image: app:1.0.0`,
        good: `
containers:
  - name: app
    image: app:1.0.0`,
    },
    options: {
        allow: texts([], "Namespaces that may be shared.", NAMESPACES),
    },
    check: (workload, { allow }) =>
        each(NAMESPACES, function* (key) {
            const field = workload.pod.at(key);
            if (field.boolean() === true && !allow.includes(key)) {
                yield violation(field, "is true", "Remove it.");
            }
        }),
});
