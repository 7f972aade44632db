import type { Field } from "../../engine/field";
import { each, violation, type Finding } from "../../engine/finding";
import { defineRule } from "../../evaluation/rule";
import { EVERY_ROLE, eachContainer } from "../../kubernetes/workload";

/** Environment variables appear in crash reports, child processes and debug pages. */
export const secretInEnv = defineRule({
    id: "secret-in-env",
    title: "Secrets are mounted as files",
    description: "Secrets should be mounted into containers as files.",
    severity: "low",
    level: "advisory",
    remediation: ["Mount the Secret as a volume, and let the program read the file."],
    url: "https://kubernetes.io/docs/concepts/security/secrets-good-practices/",
    example: {
        bad: `
containers:
  - name: app
    image: app:1.0.0
    envFrom: [{ secretRef: { name: web } }]`,
        good: `
volumes: [{ name: secrets, secret: { secretName: web } }]
containers:
  - name: app
    image: app:1.0.0
    volumeMounts: [{ name: secrets, mountPath: /run/secrets, readOnly: true }]`,
    },
    options: {},
    check: (workload) =>
        eachContainer(workload, EVERY_ROLE, function* (container) {
            yield* each(container.at("env").items(), (entry) => report(entry.at("valueFrom", "secretKeyRef")));
            yield* each(container.at("envFrom").items(), (entry) => report(entry.at("secretRef")));
        }),
});

function* report(reference: Field): Generator<Finding> {
    if (reference.isSet()) {
        yield violation(reference, "puts a secret into the environment", "Mount the Secret as a file.");
    }
}
