import { at, isMap, text } from "../protocol/values";
import type { PropertyMap, Value } from "../protocol/values";
import { SERVER_FIELDS } from "./normalize";
import { without } from "./object";

/** Annotation in which `kubectl apply` stores its input. */
const LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";
/** Annotations written by controllers and kubectl. */
const FOREIGN_ANNOTATIONS = ["deployment.kubernetes.io/revision", LAST_APPLIED];

/**
 * Derives inputs from an object in the cluster, for an import: the input of `kubectl apply`, as in the official
 * plugin, else everything except the status and the server's fields.
 */
export function liveInputs(live: PropertyMap): PropertyMap {
    return appliedInputs(live) ?? ownInputs(live);
}

function appliedInputs(live: PropertyMap): PropertyMap | undefined {
    try {
        const applied = JSON.parse(text(live, "metadata", "annotations", LAST_APPLIED)) as Value;
        return isMap(applied) && text(applied, "kind") !== "" ? applied : undefined;
    } catch {
        return undefined;
    }
}

function ownInputs(live: PropertyMap): PropertyMap {
    const cut = [
        ...SERVER_FIELDS.map((name) => ["metadata", name] as const),
        ...FOREIGN_ANNOTATIONS.map((name) => ["metadata", "annotations", name] as const),
    ].reduce((result: PropertyMap, [first, ...rest]) => without(result, first, ...rest), without(live, "status"));
    const left = at(cut, "metadata", "annotations");
    return typeof left === "object" && left !== null && Object.keys(left).length === 0
        ? without(cut, "metadata", "annotations")
        : cut;
}
