import { violation } from "../../engine/finding";
import { texts } from "../../engine/options";
import { defineRule } from "../../evaluation/rule";

/** Without priority classes, the scheduler cannot prefer important pods when nodes are full. */
export const priorityClass = defineRule({
    id: "priority-class",
    title: "Pods have a priority class",
    description: "Pods must set a priority class.",
    severity: "low",
    level: "disabled",
    remediation: ["Set priorityClassName on the pod."],
    url: "https://kubernetes.io/docs/concepts/scheduling-eviction/pod-priority-preemption/",
    example: {
        bad: `
containers:
  - name: app
    image: app:1.0.0`,
        good: `
priorityClassName: shop-critical
containers:
  - name: app
    image: app:1.0.0`,
    },
    options: {
        classes: texts([], "Allowed priority classes; an empty list allows any."),
    },
    *check(workload, { classes }) {
        const field = workload.pod.at("priorityClassName");
        const name = field.string() ?? "";
        if (name === "") {
            if (!workload.partial) {
                yield violation(field, "is unset", "Set it to a PriorityClass.");
            }
        } else if (classes.length > 0 && !classes.includes(name)) {
            yield violation(field, "is not an allowed class", `Use one of ${classes.join(", ")} (option classes).`);
        }
    },
});
