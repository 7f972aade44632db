import { violation } from "../../engine/finding";
import { globMatches } from "../../engine/glob";
import { texts } from "../../engine/options";
import { defineRule } from "../../evaluation/rule";
import { EVERY_ROLE, eachContainer, isWindows } from "../../kubernetes/workload";

/** A process that cannot write to its image cannot be made to execute files that it wrote. */
export const readOnlyRootFilesystem = defineRule({
    id: "read-only-root-filesystem",
    title: "Root filesystems are read-only",
    description: "Every container must have a read-only root filesystem.",
    severity: "medium",
    level: "advisory",
    remediation: [
        "Set securityContext.readOnlyRootFilesystem: true.",
        "Mount an emptyDir with a sizeLimit at each path that the program writes to.",
    ],
    url: "https://kubernetes.io/docs/tasks/configure-pod-container/security-context/",
    example: {
        bad: `
containers:
  - name: app
    image: app:1.0.0`,
        good: `
containers:
  - name: app
    image: app:1.0.0
    securityContext: { readOnlyRootFilesystem: true }`,
    },
    options: {
        exempt: texts([], "Names of containers that may have a writable root filesystem; * matches any characters."),
    },
    check: (workload, { exempt }) =>
        eachContainer(workload, EVERY_ROLE, function* (container) {
            if (exempt.some((pattern) => globMatches(pattern, container.container)) || isWindows(workload)) {
                return;
            }
            const field = container.at("securityContext", "readOnlyRootFilesystem");
            const readOnly = field.boolean();
            if (readOnly === true || (readOnly === undefined && workload.partial)) {
                return;
            }
            yield violation(field, readOnly === undefined ? "is unset" : "is false", "Set it to true.");
        }),
});
