import { at } from "../protocol/values";
import type { PropertyMap } from "../protocol/values";
import { without } from "./object";

/** Annotations that controllers and kubectl write. */
const foreignAnnotations = ["deployment.kubernetes.io/revision", "kubectl.kubernetes.io/last-applied-configuration"];
/** Fields of metadata that only the API server sets. */
const foreignMetadata = ["creationTimestamp", "generation", "managedFields", "resourceVersion", "uid"];

/** The inputs that an object in the cluster would come from, for an import: all but its status and the server's fields. */
export function liveInputs(live: PropertyMap): PropertyMap {
    const cut = [
        ...foreignMetadata.map((name) => ["metadata", name] as const),
        ...foreignAnnotations.map((name) => ["metadata", "annotations", name] as const),
    ].reduce((result: PropertyMap, [first, ...rest]) => without(result, first, ...rest), without(live, "status"));
    const left = at(cut, "metadata", "annotations");
    return typeof left === "object" && left !== null && Object.keys(left).length === 0
        ? without(cut, "metadata", "annotations")
        : cut;
}
