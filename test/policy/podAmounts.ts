import { Field } from "../../policy/engine/field";
import { podSum } from "../../policy/kubernetes/podSum";
import { formatQuantity } from "../../policy/kubernetes/quantity";

/** What a pod of a Deployment requests and may use, as the policy `resource-budget` counts it, by resource. */
export function podAmounts(deployment: object, namespace: object | undefined): Record<string, string> {
    const object = new Field(deployment);
    const template = object.at("spec", "template");
    const workload = { kind: "Deployment", partial: false, custom: false, object, template, pod: template.at("spec") };
    const amounts = podSum(workload, namespace === undefined ? undefined : new Field(namespace));
    return Object.fromEntries(
        [...amounts].map(([resource, quantity]): [string, string] => [resource, formatQuantity(quantity)]).sort(),
    );
}
