import type { Field } from "../../engine/field";
import { each, violation, type Finding } from "../../engine/finding";
import { infoOf } from "../../evaluation/rule";
import { defineStackRule, eachObject } from "../../evaluation/stackRule";
import { AUTOSCALER, targetOf } from "../../kubernetes/stack";
import { hpaOptions, hpaSanity } from "../reliability/hpaSanity";
import type { Subject } from "../../kubernetes/subject";
import { undeterminedBy } from "../../kubernetes/undetermined";

/** An autoscaler without target, or without the request it compares with, does nothing. */
export const hpaSanityInStack = defineStackRule({
    ...infoOf(hpaSanity),
    options: hpaOptions,
    check: (stack, { assumeExisting }) =>
        eachObject(stack.ofKind(AUTOSCALER), function* (autoscaler) {
            const reference = autoscaler.object.at("spec", "scaleTargetRef");
            const [kind, name] = [reference.at("kind").string(), reference.at("name").string()];
            const namespace = autoscaler.object.at("metadata", "namespace").string() ?? "default";
            const target = targetOf(stack, autoscaler);
            if (target !== undefined) {
                yield* checkMetrics(autoscaler, target);
            } else if (!assumeExisting && kind !== undefined && name !== undefined) {
                const candidate = stack.mayBe(kind, namespace, name);
                if (candidate !== undefined) {
                    yield undeterminedBy(candidate, "metadata");
                } else {
                    yield violation(reference, "names an object that is not in this stack", "Correct kind and name.");
                }
            }
        }),
});

function* checkMetrics(autoscaler: Subject, target: Subject): Generator<Finding> {
    const spec = autoscaler.object.at("spec");
    yield* each(spec.at("metrics").items(), function* (metric) {
        const ofOne = metric.at("type").string() === "ContainerResource";
        const resource = metric.at(ofOne ? "containerResource" : "resource");
        if (resource.at("target", "type").string() !== "Utilization") {
            return;
        }
        const container = ofOne ? resource.at("container").string() : undefined;
        yield* checkRequests(target, resource.at("name").string() ?? "", metric, container);
    });
    const average = spec.at("targetCPUUtilizationPercentage");
    if (average.isSet()) {
        yield* checkRequests(target, "cpu", average);
    }
}

function* checkRequests(target: Subject, resource: string, metric: Field, only?: string): Generator<Finding> {
    for (const { pod } of target.workloads) {
        if (pod.at("resources", "requests", resource).isSet()) {
            continue;
        }
        const containers = pod
            .at("containers")
            .items()
            .filter((container) => only === undefined || container.at("name").string() === only);
        // A limit stands in for the request.
        if (containers.every((container) => isSized(container, resource))) {
            continue;
        }
        yield violation(
            metric,
            `is a share of the request for ${resource}, which a container of the target does not set`,
            `Set resources.requests.${resource} on every container of the target.`,
        );
    }
}

function isSized(container: Field, resource: string): boolean {
    return ["requests", "limits"].some((list) => container.at("resources", list, resource).isSet());
}
