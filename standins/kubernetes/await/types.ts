import type { PropertyMap } from "../../protocol/values";
import type { KubernetesClient } from "../client";

/** Progress of an object. */
export interface AwaitProgress {
    /** Whether the object is ready. */
    ready: boolean;
    /** Current state; shown next to the resource while it is awaited. */
    message: string;
    /** Whether the object can no longer become ready, which ends the wait. Default: false. */
    failed?: boolean;
    /** Time that this state must last before the object is considered ready (ms). Default: 0. */
    settleMs?: number;
}

/** Access to related objects. */
export interface ObjectLookup {
    /** Client of the API server. */
    client: KubernetesClient;
}

/** Rules for awaiting a kind. */
export interface Awaiter {
    /** Returns the progress of the object. */
    progress(object: PropertyMap, lookup: ObjectLookup): AwaitProgress | Promise<AwaitProgress>;
    /** Determines why the object is not ready: pods, containers, reasons; one per line. */
    diagnose?(object: PropertyMap, lookup: ObjectLookup): Promise<string[]>;
    /** Default timeout (s). Default: 600, as in the official plugin. */
    timeoutSeconds?: number;
    /** Whether a refresh also reports an object that is not ready. Default: false. */
    onRead?: boolean;
}
