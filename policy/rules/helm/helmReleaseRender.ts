import { allowedBy, OBJECT_PATTERNS } from "../../kubernetes/allow";
import { advice, violation, type Finding } from "../../engine/finding";
import { choice, texts } from "../../engine/options";
import { defineObjectRule } from "../../evaluation/rule";

/** A chart that cannot be rendered cannot be evaluated, so its violations would go unnoticed. */
export const helmReleaseRender = defineObjectRule({
    id: "helm-release-render",
    title: "Helm releases can be evaluated",
    description: "The chart of every Helm release must be one that the pack can render.",
    severity: "medium",
    level: "mandatory",
    remediation: [
        "Make helm available to the pack, on the PATH or through X0TTA6BL4_HELM, and make the chart available to helm.",
        "Or list the release in the option allow, or set the option onUnrenderable to warn.",
    ],
    url: "https://helm.sh/docs/helm/helm_template/",
    example: {
        bad: `
apiVersion: helm.sh/v3
kind: Release
metadata: { namespace: shop, name: web }`,
        good: `
apiVersion: helm.sh/v3
kind: Release
metadata: { namespace: shop, name: legacy }`,
        options: { allow: ["shop/legacy"] },
    },
    kinds: ["Release.helm.sh"],
    options: {
        onUnrenderable: choice(
            "fail",
            "Whether a chart that cannot be rendered is a violation or an advisory finding.",
            ["fail", "warn"],
        ),
        allow: texts([], `Releases that need not be rendered, ${OBJECT_PATTERNS}.`),
    },
    *check({ object, rendering }, { onUnrenderable, allow }): Generator<Finding> {
        if (allowedBy(allow, object)) {
            return;
        }
        if (rendering?.type === "rendered") {
            if (rendering.assumed !== undefined) {
                const problem = "is rendered for the version and the APIs that helm assumes, not those of the cluster";
                yield advice(object.at("chart"), problem, rendering.assumed);
            }
            return;
        }
        if (rendering?.type === "unknown") {
            yield { type: "undetermined", path: rendering.path, problem: "is not known yet", fix: "" };
            return;
        }
        const reason = rendering?.reason ?? "The chart was not rendered.";
        const make = onUnrenderable === "warn" ? advice : violation;
        yield make(object.at("chart"), "cannot be rendered, so nothing in it is evaluated", reason);
    },
});
