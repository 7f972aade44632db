import type { Field } from "../engine/field";
import { parseQuantity } from "../kubernetes/quantity";
import { namespaceOf, nameOf, type Stack } from "../kubernetes/stack";
import { wholeOf } from "./amounts";

/** A volume that is asked for. */
export interface VolumeClaim {
    /** Size in bytes. */
    readonly bytes: number;
    /** Storage class; empty for the cluster's default. */
    readonly storageClass: string;
}

/** A claim that an object of the stack is by itself. */
export interface NamedClaim extends VolumeClaim {
    /** The object, e.g. `PersistentVolumeClaim shop/data`. */
    readonly object: string;
    /** The body of the source that holds the object. */
    readonly source: unknown;
}

/** Volumes that each pod gets for itself: claim templates of its controller, and generic ephemeral volumes. Throws as reading does. */
export function podClaims(templates: readonly Field[], pod: Field): VolumeClaim[] {
    const ephemeral = pod
        .at("volumes")
        .items()
        .map((volume) => volume.at("ephemeral", "volumeClaimTemplate"));
    return [...templates, ...ephemeral].filter((template) => template.isSet()).map(claimOf);
}

/** PersistentVolumeClaims of a stack, each of which is one volume however many pods use it. Throws as reading does. */
export function namedClaims(stack: Stack): NamedClaim[] {
    return stack.ofKind("PersistentVolumeClaim").map((subject) => ({
        ...claimOf(subject.object),
        object: `PersistentVolumeClaim ${namespaceOf(subject) ?? ""}/${nameOf(subject) ?? "(unnamed)"}`,
        source: subject.source,
    }));
}

function claimOf(claim: Field): VolumeClaim {
    const spec = claim.at("spec");
    const quantity = parseQuantity(spec.at("resources", "requests", "storage").text() ?? "");
    return {
        bytes: quantity === undefined ? 0 : wholeOf(quantity),
        storageClass: spec.at("storageClassName").string() ?? "",
    };
}
