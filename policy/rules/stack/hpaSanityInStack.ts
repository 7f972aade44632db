import type { Field } from "../../engine/field";
import { each, violation, type Finding } from "../../engine/finding";
import { infoOf } from "../../evaluation/rule";
import { defineStackRule, eachObject } from "../../evaluation/stackRule";
import { AUTOSCALERS, referenceOf, targetKind, targetOf, VERTICAL } from "../../kubernetes/autoscaler";
import { misnomerOf } from "../../kubernetes/builtIn";
import { groupKindOf, kindName } from "../../kubernetes/kinds";
import { type Stack } from "../../kubernetes/stack";
import type { Subject } from "../../kubernetes/subject";
import { undeterminedBy } from "../../kubernetes/undetermined";
import { runningContainers } from "../../kubernetes/workload";
import { hpaOptions, hpaSanity } from "../reliability/hpaSanity";

/** An autoscaler without a target, or without the request that its metric refers to, does nothing. */
export const hpaSanityInStack = defineStackRule({
    ...infoOf(hpaSanity),
    options: hpaOptions,
    check: (stack, { assumeExisting }) =>
        eachObject(stack.ofKind(...AUTOSCALERS, VERTICAL), function* (autoscaler) {
            const target = targetOf(stack, autoscaler);
            yield* checkVersion(referenceOf(autoscaler));
            if (target !== undefined) {
                yield* each(metricsOf(autoscaler), (metric) => checkRequests(target, metric));
            } else if (!assumeExisting) {
                yield* checkMissing(stack, autoscaler);
            }
        }),
});

function* checkMissing(stack: Stack, autoscaler: Subject): Generator<Finding> {
    const reference = referenceOf(autoscaler);
    const [kind, name] = [targetKind(autoscaler), reference.at("name").string()];
    if (kind === undefined || name === undefined) {
        return;
    }
    const namespace = autoscaler.object.at("metadata", "namespace").string() ?? "default";
    const candidate = stack.mayBe(kind, namespace, name);
    if (candidate !== undefined) {
        yield undeterminedBy(candidate, "metadata");
    } else {
        yield violation(reference, "names an object that is not in this stack", "Correct kind and name.");
    }
}

/** A kind in a group without it does not resolve. */
function* checkVersion(reference: Field): Generator<Finding> {
    const field = reference.at("apiVersion");
    const apiVersion = field.string();
    const kind = reference.at("kind").string();
    if (apiVersion === undefined || kind === undefined) {
        return;
    }
    const { instead } = misnomerOf(groupKindOf(apiVersion, kind)) ?? {};
    if (instead !== undefined) {
        yield violation(field, "is a group or version without this kind", `Refer to ${instead}.`);
    }
}

/** A utilization metric of an autoscaler. */
interface Metric {
    /** Field of the metric. */
    readonly field: Field;
    /** Resource, e.g. `cpu`. */
    readonly resource: string;
    /** The container that it measures; unset for all. */
    readonly container?: string;
}

/** The utilization metrics of an autoscaler. Throws what reading the fields throws. */
function metricsOf(autoscaler: Subject): Metric[] {
    const spec = autoscaler.object.at("spec");
    if (!AUTOSCALERS.includes(kindName(autoscaler))) {
        return [];
    }
    const triggers = spec
        .at("triggers")
        .items()
        .flatMap((trigger): Metric[] => {
            const resource = trigger.at("type").string() ?? "";
            const share = (trigger.at("metricType").string() ?? "Utilization") === "Utilization";
            const container = trigger.at("metadata", "containerName").string();
            return ["cpu", "memory"].includes(resource) && share ? [{ field: trigger, resource, container }] : [];
        });
    const metrics = spec
        .at("metrics")
        .items()
        .flatMap((field): Metric[] => {
            const ofOne = field.at("type").string() === "ContainerResource";
            const source = field.at(ofOne ? "containerResource" : "resource");
            if (source.at("target", "type").string() !== "Utilization") {
                return [];
            }
            const container = ofOne ? source.at("container").string() : undefined;
            return [{ field, resource: source.at("name").string() ?? "", container }];
        });
    const average = spec.at("targetCPUUtilizationPercentage");
    return [...metrics, ...triggers, ...(average.isSet() ? [{ field: average, resource: "cpu" }] : [])];
}

function* checkRequests(target: Subject, { field, resource, container: only }: Metric): Generator<Finding> {
    for (const { pod } of target.workloads) {
        if (pod.at("resources", "requests", resource).isSet()) {
            continue;
        }
        const containers = runningContainers(pod).filter(
            (container) => only === undefined || container.at("name").string() === only,
        );
        if (only !== undefined && containers.length === 0) {
            yield violation(
                field,
                "names a container that the target does not have",
                "Use the name of one of its containers.",
            );
        }
        // A limit implies the request.
        if (containers.every((container) => isSized(container, resource))) {
            continue;
        }
        yield violation(
            field,
            `is a share of the request for ${resource}, which a container of the target does not set`,
            `Set resources.requests.${resource} on every container of the target, its sidecars included.`,
        );
    }
}

function isSized(container: Field, resource: string): boolean {
    return ["requests", "limits"].some((list) => container.at("resources", list, resource).isSet());
}
