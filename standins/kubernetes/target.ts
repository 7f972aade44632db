import { randomBytes } from "node:crypto";
import type { PropertyMap } from "../protocol/values";
import type { FieldChange } from "./diff";
import { annotation, annotations } from "./object";
import type { ClusterSession } from "./session";

/** What the engine asks for one resource, apart from its properties. */
export interface ApiTarget {
    /** The provider. */
    session: ClusterSession;
    /** The resource. */
    urn: string;
    /** Its type token. */
    type: string;
    /** Only show what would be done. */
    preview: boolean;
    /** Time limit of the resource option `customTimeouts`, in seconds; 0 for none. */
    timeoutSeconds: number;
}

/** What an update would change. */
export interface ObjectDiff {
    /** Changes by property path. */
    changes: Map<string, FieldChange>;
    /** Must the old object go before the new one can be made? */
    deleteBeforeReplace: boolean;
}

/** What reading a resource gave; `undefined` when it is gone. */
export interface ReadResult {
    /** Its identifier. */
    id: string;
    /** Its state. */
    state: PropertyMap;
    /** Its inputs, as they are in the cluster. */
    inputs: PropertyMap;
}

/** Field manager of an object's updates: its annotation's, the one in the state, or a new one. */
export function fieldManagerOf(object: PropertyMap, known: string): string {
    return (
        annotation(object, annotations.patchFieldManager) ||
        known ||
        `pulumi-kubernetes-${randomBytes(4).toString("hex")}`
    );
}
