import { violation } from "../../engine/finding";
import { texts } from "../../engine/options";
import { defineRule } from "../../evaluation/rule";

/** When nodes are full, pods without a priority class are all the same to the scheduler. */
export const priorityClass = defineRule({
    id: "priority-class",
    title: "Pods have a priority class",
    description: "Pods must name a priority class.",
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
        classes: texts([], "Classes that may be named; none listed means any."),
    },
    *check(workload, { classes }) {
        const field = workload.pod.at("priorityClassName");
        const name = field.string() ?? "";
        if (name === "") {
            if (!workload.partial) {
                yield violation(field, "is unset", "Name a PriorityClass.");
            }
        } else if (classes.length > 0 && !classes.includes(name)) {
            yield violation(field, "is no allowed class", `Name one of ${classes.join(", ")} (option classes).`);
        }
    },
});
