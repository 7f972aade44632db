import type { PropertyMap } from "../../protocol/values";
import type { KubernetesClient } from "../client";

/** How far an object is. */
export interface AwaitProgress {
    /** It is what it should become. */
    ready: boolean;
    /** What it is doing; shown beside the resource while it is awaited. */
    message: string;
    /** It can no longer become ready, so waiting ends. */
    failed?: boolean;
    /** Milliseconds that this state must last before it counts as ready. Default 0. */
    settleMs?: number;
}

/** Where to look up what belongs to an object. */
export interface ObjectLookup {
    /** The API server. */
    client: KubernetesClient;
}

/** How a kind is awaited. */
export interface Awaiter {
    /** Says how far the object is. */
    progress(object: PropertyMap, lookup: ObjectLookup): AwaitProgress | Promise<AwaitProgress>;
    /** Finds out why it is not ready: pods, containers, reasons; one for each line. */
    diagnose?(object: PropertyMap, lookup: ObjectLookup): Promise<string[]>;
    /** Longest wait by default, in seconds. Default 600, as the official plugin has it. */
    timeoutSeconds?: number;
    /** Whether a refresh also reports an object that is not ready. Default false. */
    onRead?: boolean;
}
