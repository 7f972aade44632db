import { each, violation } from "../../engine/finding";
import { defineRule } from "../../evaluation/rule";
import { EVERY_ROLE, eachContainer } from "../../kubernetes/workload";

/** Of two variables with the same name the last one takes effect, and a patch may drop either. */
export const duplicateEnv = defineRule({
    id: "duplicate-env",
    title: "Environment variables are set once",
    description: "No container may set an environment variable twice.",
    severity: "low",
    level: "advisory",
    remediation: ["Keep one entry for each name in the env of the container."],
    url: "https://kubernetes.io/docs/tasks/inject-data-application/define-environment-variable-container/",
    example: {
        bad: `
containers:
  - name: app
    image: app:1.0.0
    env: [{ name: LOG_LEVEL, value: info }, { name: LOG_LEVEL, value: debug }]`,
        good: `
containers:
  - name: app
    image: app:1.0.0
    env: [{ name: LOG_LEVEL, value: info }]`,
    },
    options: {},
    check: (workload) =>
        eachContainer(workload, EVERY_ROLE, (container) => {
            const seen = new Set<string>();
            return each(container.at("env").items(), function* (entry) {
                const field = entry.at("name");
                const name = field.string() ?? "";
                if (name !== "" && seen.has(name)) {
                    yield violation(
                        field,
                        `is ${name}, which an earlier entry also sets`,
                        "Remove one of the entries.",
                    );
                }
                seen.add(name);
            });
        }),
});
