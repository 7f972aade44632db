import type { Field } from "../../engine/field";
import { each, judge, violation, type Finding } from "../../engine/finding";
import { amount, textMap, texts, type OptionValues } from "../../engine/options";
import { defineRule } from "../../evaluation/rule";
import { compareQuantities, parseQuantity, scaleQuantity } from "../../kubernetes/quantity";
import { quantityOf, requireQuantity, requireResource, resourceField } from "../../kubernetes/resources";
import { DECLARED_ROLES, eachContainer } from "../../kubernetes/workload";

const options = {
    limits: texts(["cpu", "memory"], "Resources that need a limit."),
    advisory: texts(["cpu"], "Resources among them whose missing limit is only advisory."),
    maxRatio: amount(0, "Maximum limit as a multiple of the request; 0 for no maximum."),
    max: textMap(
        "Maximum limit by resource, e.g. memory: 8Gi.",
        "a map from resource to quantity, e.g. memory: 8Gi",
        (text) => parseQuantity(text) !== undefined,
    ),
};

/** Limits keep a container that leaks memory or loops from starving its node. */
export const resourceLimits = defineRule({
    id: "resource-limits",
    title: "Containers have resource limits",
    description: "Every container must set CPU and memory limits.",
    severity: "medium",
    level: "mandatory",
    remediation: [
        "Set resources.limits.cpu and resources.limits.memory on the container, not below its requests.",
        "Or set spec.resources.limits for the pod as a whole (Kubernetes 1.34 and later).",
    ],
    url: "https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/",
    example: {
        bad: `
containers:
  - name: app
    image: app:1.0.0
    resources: { requests: { memory: 64Mi }, limits: { cpu: 200m, memory: 32Mi } }`,
        good: `
containers:
  - name: app
    image: app:1.0.0
    resources: { requests: { memory: 64Mi }, limits: { cpu: 200m, memory: 128Mi } }`,
    },
    options,
    *check(workload, chosen) {
        yield* judge(() => checkLimits(workload.pod, chosen));
        yield* eachContainer(workload, DECLARED_ROLES, function* (container) {
            yield* each(chosen.limits, function* (resource) {
                const advisory = chosen.advisory.includes(resource);
                for (const finding of requireResource(container, workload, "limits", resource)) {
                    yield { ...finding, advisory };
                }
            });
            yield* checkLimits(container, chosen);
        });
    },
});

type Chosen = OptionValues<typeof options>;

/** Evaluates the limits of a container or pod. */
function* checkLimits(holder: Field, chosen: Chosen): Generator<Finding> {
    yield* each(holder.at("resources", "limits").entries(), function* ([resource, limit]) {
        yield* requireQuantity(limit);
        yield* judge(() => compareWithMaximum(limit, chosen.max[resource]));
        yield* compareWithRequest(limit, resourceField(holder, "requests", resource), chosen.maxRatio);
    });
}

function* compareWithRequest(limit: Field, request: Field, maxRatio: number): Generator<Finding> {
    const [most, least] = [quantityOf(limit), quantityOf(request)];
    // An invalid quantity is reported separately, not compared.
    if (most === undefined || least === undefined) {
        return;
    }
    if (compareQuantities(most, least) < 0) {
        yield violation(limit, `is below ${request.path}`, "Raise the limit or lower the request.");
    } else if (maxRatio > 0 && compareQuantities(most, scaleQuantity(least, maxRatio)) > 0) {
        yield violation(
            limit,
            `is more than ${maxRatio} times ${request.path}`,
            "Raise the request or lower the limit (option maxRatio).",
        );
    }
}

function* compareWithMaximum(limit: Field, maximum: string | undefined): Generator<Finding> {
    const [most, bound] = [quantityOf(limit), parseQuantity(maximum ?? "")];
    if (most !== undefined && bound !== undefined && compareQuantities(most, bound) > 0) {
        yield violation(limit, `is above ${maximum ?? ""}`, "Lower it (option max).");
    }
}
