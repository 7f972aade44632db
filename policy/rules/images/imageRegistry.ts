import { violation } from "../../engine/finding";
import { globMatches } from "../../engine/glob";
import { texts } from "../../engine/options";
import { defineRule } from "../../evaluation/rule";
import { eachImage } from "../../kubernetes/image";

/** An image from an unknown registry is untrusted code. */
export const imageRegistry = defineRule({
    id: "image-registry",
    title: "Images come from allowed registries",
    description: "Every image must come from an allowed registry.",
    severity: "medium",
    level: "advisory",
    remediation: [
        "Copy the image to an allowed registry, and use that image.",
        "Or add the registry to the option registries.",
    ],
    url: "https://kubernetes.io/docs/concepts/containers/images/#image-names",
    example: {
        bad: `
containers:
  - name: app
    image: registry.example/app:1.0.0`,
        good: `
containers:
  - name: app
    image: ghcr.io/example/app:1.0.0`,
    },
    options: {
        registries: texts(
            ["docker.io", "gcr.io", "ghcr.io", "public.ecr.aws", "quay.io", "registry.k8s.io"],
            "Registries that are allowed, or repositories in them, e.g. ghcr.io/example; * matches any characters.",
        ),
        exemptImages: texts([], "Patterns of images that are exempt; * matches any characters."),
    },
    check: (workload, { registries, exemptImages }) =>
        eachImage(workload, exemptImages, function* ({ registry, repository }, field) {
            const full = `${registry}/${repository}`;
            const allowed = registries.flatMap((pattern) => [pattern, `${pattern}/*`]);
            if (allowed.some((pattern) => globMatches(pattern, registry) || globMatches(pattern, full))) {
                return;
            }
            yield violation(
                field,
                "comes from a registry that is not allowed",
                `Use one of ${registries.join(", ")} (option registries).`,
            );
        }),
});
