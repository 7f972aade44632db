import { violation } from "../../engine/finding";
import { texts } from "../../engine/options";
import { defineRule } from "../../evaluation/rule";
import { eachImage } from "../../kubernetes/image";

/** A node with an old image cached under the same tag runs a different version than other nodes. */
export const imagePullPolicy = defineRule({
    id: "image-pull-policy",
    title: "Images are always pulled",
    description: "Every container must pull its image always unless it is pinned by digest.",
    severity: "low",
    level: "disabled",
    remediation: ["Set imagePullPolicy: Always, or pin the image by digest."],
    url: "https://kubernetes.io/docs/concepts/containers/images/#image-pull-policy",
    example: {
        bad: `
containers:
  - name: app
    image: app:1.0.0
    imagePullPolicy: IfNotPresent`,
        good: `
containers:
  - name: app
    image: app:1.0.0
    imagePullPolicy: Always`,
    },
    options: {
        exemptImages: texts([], "Patterns of images that are exempt; * matches any characters."),
    },
    check: (workload, { exemptImages }) =>
        eachImage(workload, exemptImages, function* ({ tag, digest }, _field, container) {
            if (digest !== undefined) {
                return;
            }
            const policy = container.at("imagePullPolicy");
            const chosen = policy.string();
            // The API server defaults to Always for the tag latest, explicit or implied.
            const byDefault = workload.partial || tag === undefined || tag === "latest";
            if (chosen === "Always" || (chosen === undefined && byDefault)) {
                return;
            }
            yield violation(
                policy,
                chosen === undefined ? "is unset, which means IfNotPresent" : "is not Always",
                "Set it to Always, or pin the image by digest.",
            );
        }),
});
