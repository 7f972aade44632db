import { each } from "../../engine/finding";
import { defineRule } from "../../evaluation/rule";
import { requireQuantity, requireResource, resourceField } from "../../kubernetes/resources";
import { DECLARED_ROLES, eachContainer } from "../../kubernetes/workload";

/** A container that fills the disk of its node causes evictions of other pods. */
export const ephemeralStorage = defineRule({
    id: "ephemeral-storage",
    title: "Containers limit their disk usage",
    description: "Every container must request and limit ephemeral storage.",
    severity: "low",
    level: "disabled",
    remediation: ["Set resources.requests.ephemeral-storage and resources.limits.ephemeral-storage."],
    url: "https://kubernetes.io/docs/concepts/storage/ephemeral-storage/",
    example: {
        bad: `
containers:
  - name: app
    image: app:1.0.0`,
        good: `
containers:
  - name: app
    image: app:1.0.0
    resources: { requests: { ephemeral-storage: 1Gi }, limits: { ephemeral-storage: 2Gi } }`,
    },
    options: {},
    check: (workload) =>
        eachContainer(workload, DECLARED_ROLES, (container) =>
            each(["requests", "limits"] as const, function* (list) {
                yield* requireResource(container, workload, list, "ephemeral-storage");
                yield* requireQuantity(resourceField(container, list, "ephemeral-storage"));
            }),
        ),
});
