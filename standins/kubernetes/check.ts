import { CheckRequest } from "@pulumi/pulumi/proto/provider_pb";
import { autoname, parseUrn } from "../protocol/urn";
import { at, Unknown } from "../protocol/values";
import type { PropertyMap } from "../protocol/values";
import { annotation, annotations, nameOf, withValue } from "./object";

/** How the engine wants names that the program leaves out. */
export interface Autonaming {
    /** Name that the engine proposes; "" for none. */
    proposed: string;
    /** The engine forbids made-up names. */
    disabled: boolean;
}

/** Reads the engine's autonaming options. */
export function autonamingOf(request: CheckRequest): Autonaming {
    const options = request.getAutonaming();
    return {
        proposed: options?.getProposedName() ?? "",
        disabled: options?.getMode() === CheckRequest.AutonamingOptions.Mode.DISABLE,
    };
}

/** Does the program name the object, or will it once a value is known? */
export function isNamed(object: PropertyMap): boolean {
    return nameOf(object) !== "" || at(object, "metadata", "name") instanceof Unknown;
}

/** Was the name made up by the provider? */
export function isAutonamed(object: PropertyMap): boolean {
    return annotation(object, annotations.autonamed) === "true";
}

/** An object with a made-up name and the annotation that says so. */
function withName(object: PropertyMap, name: string): PropertyMap {
    const named = withValue(object, name, "metadata", "name");
    const present = at(object, "metadata", "annotations");
    // Nothing can be put into annotations that are not known yet.
    return present instanceof Unknown
        ? named
        : withValue(named, "true", "metadata", "annotations", annotations.autonamed);
}

/**
 * The object with a name: the program's own, the one made up before, or a new one `<logical name>-<8 hex digits>`.
 * @throws Error when the engine forbids made-up names, or for `generateName`, which server-side apply cannot have.
 */
export function assignName(
    object: PropertyMap,
    old: PropertyMap | undefined,
    urn: string,
    seed: Uint8Array,
    autonaming: Autonaming,
): PropertyMap {
    if (isNamed(object) || at(object, "metadata") instanceof Unknown) {
        return object;
    }
    if (at(object, "metadata", "generateName") !== undefined) {
        throw new Error("the `.metadata.generateName` field is not supported in Server-Side Apply mode");
    }
    if (old !== undefined && isAutonamed(old)) {
        return withName(object, nameOf(old));
    }
    if (autonaming.disabled) {
        throw new Error("autonaming is disabled, resource requires the .metadata.name field to be set");
    }
    return withName(object, autonaming.proposed === "" ? autoname(parseUrn(urn).name, seed) : autonaming.proposed);
}
