import { violation } from "../../engine/finding";
import { defineRule } from "../../evaluation/rule";
import { quantityOf, requireQuantity } from "../../kubernetes/resources";
import { eachVolume } from "../../kubernetes/workload";

/** An emptyDir without a limit can fill the disk or the memory of the node. */
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
            const others = volume
                .entries()
                .filter(([key, other]) => !["name", "emptyDir"].includes(key) && other.isSet());
            // The API server treats a volume without a source as an emptyDir.
            if (!source.isSet() && (workload.partial || others.length > 0)) {
                return;
            }
            const limit = source.at("sizeLimit");
            if (!limit.isSet()) {
                if (!workload.partial) {
                    yield violation(limit, "is unset", "Set an amount, e.g. 64Mi.");
                }
            } else if (quantityOf(limit)?.digits === 0n) {
                yield violation(limit, "is 0, which means none", "Set an amount, e.g. 64Mi.");
            } else {
                yield* requireQuantity(limit);
            }
        }),
});
