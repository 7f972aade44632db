import { randomBytes } from "node:crypto";
import type { PropertyMap } from "../protocol/values";
import type { FieldChange } from "./diff";
import { annotation, annotations } from "./object";
import type { ClusterSession } from "./session";

/** Target of an engine request, apart from the properties. */
export interface ApiTarget {
    /** Session of the provider. */
    session: ClusterSession;
    /** URN of the resource. */
    urn: string;
    /** Type token of the resource. */
    type: string;
    /** Whether the request is part of a preview. */
    preview: boolean;
    /** Timeout from the resource option `customTimeouts` (s); 0 if it is not set. */
    timeoutSeconds: number;
}

/** Changes that an update would make. */
export interface ObjectDiff {
    /** Changes by property path. */
    changes: Map<string, FieldChange>;
    /** Whether the old object must be deleted before the new one can be created. */
    deleteBeforeReplace: boolean;
}

/** Result of reading an existing resource. */
export interface ReadResult {
    /** Identifier of the resource. */
    id: string;
    /** State of the resource. */
    state: PropertyMap;
    /** Inputs derived from the object in the cluster. */
    inputs: PropertyMap;
}

/** Field manager of an object's updates: from its annotation, else from the state, else a new one. */
export function fieldManagerOf(object: PropertyMap, known: string): string {
    return (
        annotation(object, annotations.patchFieldManager) ||
        known ||
        `pulumi-kubernetes-${randomBytes(4).toString("hex")}`
    );
}
