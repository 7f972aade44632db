import { Field } from "../engine/field";
import { kindName } from "../kubernetes/kinds";
import type { LabelSet } from "../kubernetes/selector";
import { namespaceOf, nameOf, type Stack } from "../kubernetes/stack";
import type { Subject } from "../kubernetes/subject";
import type { Workload } from "../kubernetes/workload";

/** Kinds whose pods the Prometheus Operator makes, with the name of the main container. */
const OPERATED: Readonly<Record<string, string>> = {
    "Prometheus.monitoring.coreos.com": "prometheus",
    "Alertmanager.monitoring.coreos.com": "alertmanager",
};

/** Arguments of the operator that give the containers which reload a configuration their resources. */
const RELOADER = /^--config-reloader-(cpu|memory)-(request|limit)=(.+)$/;

/** Parts of the resource that are parts of the pod, under the same name. */
const COPIED: readonly string[] = [
    "affinity",
    "topologySpreadConstraints",
    "nodeSelector",
    "tolerations",
    "hostNetwork",
    "volumes",
];

/** Pods that an operator makes from a custom resource. */
export interface OperatedPods {
    /** The pod, as the operator writes it into a StatefulSet. */
    readonly workload: Workload;
    /** Labels that the operator gives it. */
    readonly labels: LabelSet;
    /** How many pods. */
    readonly replicas: number;
    /** The claim that each pod has; unset where it has none. */
    readonly claim: Field;
}

/**
 * The pods of a Prometheus or Alertmanager; `undefined` for any other object. The operator adds a container that reloads the
 * configuration and an init container that writes the first one, with the resources of the operator's own arguments
 * (prometheus-operator, `pkg/operator/config_reloader.go`). Throws as reading does.
 */
export function operatedPods(subject: Subject, stack: Stack): OperatedPods | undefined {
    const main = OPERATED[kindName(subject)];
    if (main === undefined) {
        return undefined;
    }
    const spec = subject.object.at("spec");
    const reloader = reloaderResources(stack);
    const given = spec.at("containers").items();
    const own = [
        { name: main, resources: spec.at("resources").value() },
        { name: "config-reloader", resources: reloader },
    ].map(({ name, resources }) => {
        const patch = given.find((container) => container.at("name").string() === name);
        return { name, resources: patch?.at("resources").value() ?? resources };
    });
    const others = given.filter((container) => !own.some(({ name }) => name === container.at("name").string()));
    const init = spec.at("initContainers").items();
    const pod = new Field({
        containers: [...own, ...others.map((container) => container.value())],
        initContainers: [
            { name: "init-config-reloader", resources: reloader },
            ...init.map((container) => container.value()),
        ],
        ...Object.fromEntries(COPIED.map((key) => [key, spec.at(key).value()])),
    });
    const { kind, object } = subject;
    const name = nameOf(subject) ?? "";
    return {
        workload: { kind, partial: false, custom: true, object, template: pod, pod },
        labels: new Map([
            ["app.kubernetes.io/name", main],
            ["app.kubernetes.io/instance", name],
            ["app.kubernetes.io/managed-by", "prometheus-operator"],
            [main, name],
        ]),
        replicas: (spec.at("replicas").number() ?? 1) * (spec.at("shards").number() ?? 1),
        claim: spec.at("storage", "volumeClaimTemplate"),
    };
}

/** Resources of the operator's reloaders, from the arguments of its Deployment; none where the stack has no operator. */
function reloaderResources(stack: Stack): object {
    const found = stack
        .ofKind("Deployment.apps")
        .filter((subject) => namespaceOf(subject) !== undefined)
        .flatMap(({ object }) => object.at("spec", "template", "spec", "containers").items())
        .flatMap((container) => container.at("args").strings())
        .flatMap((argument) => {
            const [, resource, list, value] = RELOADER.exec(argument) ?? [];
            return resource === undefined || list === undefined ? [] : [{ resource, list: `${list}s`, value }];
        });
    return Object.fromEntries(
        ["requests", "limits"].map((list) => [
            list,
            Object.fromEntries(
                found.filter((one) => one.list === list).map(({ resource, value }) => [resource, value]),
            ),
        ]),
    );
}
