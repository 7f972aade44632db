import type { Field } from "../engine/field";
import { violation, type Finding } from "../engine/finding";
import { parseQuantity, type Quantity } from "./quantity";
import type { Workload } from "./workload";

/** The two halves of a container's or pod's `resources`. */
export type ResourceList = "requests" | "limits";

/** An entry of a resource list, e.g. memory. */
export function resourceField(holder: Field, list: ResourceList, resource: string): Field {
    return holder.at("resources", list, resource);
}

/** The quantity of an entry, `undefined` when it is unset or invalid. */
export function quantityOf(field: Field): Quantity | undefined {
    return parseQuantity(field.text() ?? "");
}

/**
 * Requires an amount of a resource on a container. A pod-level amount is accepted too; 0 is not, since Kubernetes then
 * reserves and limits nothing.
 */
export function* requireResource(
    container: Field,
    workload: Workload,
    list: ResourceList,
    resource: string,
): Generator<Finding> {
    const field = resourceField(container, list, resource);
    const example = resource === "cpu" ? "100m" : "128Mi";
    if (field.isSet()) {
        if (quantityOf(field)?.digits === 0n) {
            yield violation(field, "is 0, which means none", `Set an amount, e.g. ${example}.`);
        }
        return;
    }
    if (workload.partial || resourceField(workload.pod, list, resource).isSet()) {
        return;
    }
    yield violation(field, "is unset", `Set an amount, e.g. ${example}, on the container.`);
}

/** Requires that an entry is a quantity of 0 or more. */
export function* requireQuantity(field: Field): Generator<Finding> {
    const text = field.text();
    const quantity = text === undefined ? undefined : parseQuantity(text);
    if (text !== undefined && quantity === undefined) {
        yield violation(field, "is not a Kubernetes quantity", "Use a quantity such as 100m, 0.5, 128Mi or 1Gi.");
    } else if (quantity !== undefined && quantity.digits < 0n) {
        yield violation(field, "is below 0", "Use an amount above 0.");
    }
}
