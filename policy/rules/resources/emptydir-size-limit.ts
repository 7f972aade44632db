import { violation } from "../../engine/finding";
import { defineRule } from "../../engine/rule";
import { parseQuantity } from "../../kubernetes/quantity";
import { eachVolume } from "../../kubernetes/workload";

/** An emptyDir without limit fills the disk, or the memory, of its node. */
export const emptydirSizeLimit = defineRule({
    id: "emptydir-size-limit",
    title: "emptyDirs have a size limit",
    description: "Every emptyDir must have a size limit.",
    severity: "low",
    level: "disabled",
    remediation: ["Set emptyDir.sizeLimit."],
    url: "https://kubernetes.io/docs/concepts/storage/volumes/#emptydir",
    example: {
        bad: `
volumes: [{ name: tmp, emptyDir: {} }]
containers:
  - name: app
    image: app:1.0.0`,
        good: `
volumes: [{ name: tmp, emptyDir: { sizeLimit: 64Mi } }]
containers:
  - name: app
    image: app:1.0.0`,
    },
    options: {},
    check: (workload) =>
        eachVolume(workload, function* (volume) {
            const source = volume.at("emptyDir");
            const field = source.at("sizeLimit");
            if (!source.isSet()) return;
            if (!field.isSet()) yield violation(field, "is unset", "Set an amount, e.g. 64Mi.");
            else if (parseQuantity(field.text() ?? "") === undefined) {
                yield violation(field, "is no Kubernetes quantity", "Write it like 64Mi or 1Gi.");
            }
        }),
});
