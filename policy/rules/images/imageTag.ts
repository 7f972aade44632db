import { violation } from "../../engine/finding";
import { texts } from "../../engine/options";
import { defineRule } from "../../evaluation/rule";
import { DIGEST_LIKE, eachImage, TAG } from "../../kubernetes/image";

/** With a mutable tag, nodes may run different versions, and a rollback is not possible. */
export const imageTag = defineRule({
    id: "image-tag",
    title: "Images have a fixed tag",
    description: "Every image must have an immutable tag or a digest.",
    severity: "medium",
    level: "mandatory",
    remediation: [
        "Use the tag of a version: image: app:1.4.2.",
        "Or use a digest: image: app@sha256:<64 hexadecimal digits>.",
    ],
    url: "https://kubernetes.io/docs/concepts/containers/images/#image-names",
    example: {
        bad: `
containers:
  - name: app
    image: app:latest`,
        good: `
containers:
  - name: app
    image: app:1.4.2`,
    },
    options: {
        mutableTags: texts(["latest"], "Tags that count as mutable."),
        exemptImages: texts([], "Patterns of images that are exempt; * matches any characters."),
    },
    check: (workload, { mutableTags, exemptImages }) =>
        eachImage(workload, exemptImages, function* ({ repository, tag, digest }, field) {
            if (repository === "") {
                yield violation(field, "names no image", "Set a repository and a tag.");
            } else if (digest !== undefined) {
                if (DIGEST_LIKE.test(digest)) {
                    return;
                }
                yield violation(field, "has a malformed digest", "Write the digest as the registry shows it.");
            } else if (tag === undefined || tag === "") {
                yield violation(field, "has no tag, which means latest", "Add the tag of a version, or a digest.");
            } else if (!TAG.test(tag)) {
                yield violation(field, "has a malformed tag", "Use letters, digits, _, . and -.");
            } else if (mutableTags.includes(tag)) {
                yield violation(
                    field,
                    `has the tag ${tag}, which is mutable`,
                    "Use the tag of a version, or a digest.",
                );
            }
        }),
});
