import { violation } from "../../engine/finding";
import { texts } from "../../engine/options";
import { defineRule } from "../../evaluation/rule";
import { DIGEST, eachImage } from "../../kubernetes/image";

/** Only a digest is immutable. */
export const imageDigest = defineRule({
    id: "image-digest",
    title: "Images are pinned by digest",
    description: "Every image must be pinned by its digest.",
    severity: "low",
    level: "disabled",
    remediation: ["Append @sha256: and the 64 hexadecimal digits that the registry shows for the image."],
    url: "https://kubernetes.io/docs/concepts/containers/images/#image-names",
    example: {
        bad: `
containers:
  - name: app
    image: app:1.0.0`,
        good: `
containers:
  - name: app
    image: app@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef`,
    },
    options: {
        exemptImages: texts([], "Patterns of images that are exempt; * matches any characters."),
    },
    check: (workload, { exemptImages }) =>
        eachImage(workload, exemptImages, function* ({ digest }, field) {
            if (digest === undefined) {
                yield violation(field, "has no digest", "Append @sha256: and the digest of the image.");
            } else if (!DIGEST.test(digest)) {
                yield violation(
                    field,
                    "has a malformed digest",
                    "Write sha256: and 64 lower-case hexadecimal digits, or sha512: and 128.",
                );
            }
        }),
});
