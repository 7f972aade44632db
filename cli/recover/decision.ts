import type { Resource, StackState } from "../../engine/state";
import type { HelmRevision } from "../../kube/helmReleases";
import type { Read } from "../../kube/read";
import type { Attempts } from "./attempts";

/** What a decision is about. */
export interface About {
    /** Kind and name. */
    readonly object: string;
    /**
     * What the engine was doing, e.g. `creating`; `unrecorded` for an object that the program has and the state has not,
     * `recorded` for one of the state.
     */
    readonly operation: string;
    /** The resource. */
    readonly resource: Resource;
}

/** Decision about an object or a Helm release that an update left. */
export type Decision = About & {
    /** The reason. */
    readonly why: string;
} & (
        | { readonly action: "adopt"; readonly id: string }
        /** The pending operation is dropped: the next update repeats it. */
        | { readonly action: "clear" }
        /** The object is being deleted: the command waits for the deletion. */
        | { readonly action: "wait" }
        /** The object is gone: the refresh takes it out of the state. */
        | { readonly action: "forget" }
        /** Helm goes back to an earlier revision, then as `clear`. */
        | { readonly action: "rollback"; readonly release: HeldRelease; readonly to: number }
        /** Helm removes the release, then as `clear`. */
        | { readonly action: "uninstall"; readonly release: HeldRelease }
        | { readonly action: "refuse" }
    );

/** A Helm release that an operation holds which did not end. */
export interface HeldRelease {
    /** Namespace of the release. */
    readonly namespace: string;
    /** Name of the release. */
    readonly name: string;
    /** The revision that holds it. */
    readonly held: HelmRevision;
}

/** Input of the decisions. */
export interface Evidence {
    readonly state: StackState;
    readonly read: Read;
    /** Updates since the last success. */
    readonly attempts: Attempts;
    /** What the next update would create; empty when the program cannot be previewed. */
    readonly creates: readonly Resource[];
    /** Value of the `environment` label. */
    readonly environment: string;
    /** Objects that the user confirmed, as `Kind namespace/name` or `Kind name`. */
    readonly vouched: readonly string[];
}
