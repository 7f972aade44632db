import type { LiveObject } from "../../engine/liveObjects";
import type { Period } from "./attempts";

/**
 * Names of field managers under which Pulumi's Kubernetes provider creates objects: `pulumi-kubernetes` for a plain
 * create, with eight hexadecimal digits for a server-side apply, `.exe` on Windows, `pulumi-resource-kubernetes` before
 * 4.0.
 */
const PULUMI_MANAGER = /^pulumi-(resource-)?kubernetes(-[0-9a-f]{8})?(\.exe)?$/;

/** How far the clocks of this machine and of the API server may differ (ms); NTP keeps them far closer. */
const CLOCKS_MS = 5_000;

/**
 * How long after the state was last written a create may reach the API server (ms): the provider tries for half a
 * minute while a namespace or a kind is just being made.
 */
const LATE_MS = 60_000;

/** Period in which the interrupted update can have created an object. */
export interface CutWindow {
    /** The stack's last update that succeeded ended then; `undefined` when there was none. */
    readonly lastSuccess: Date | undefined;
    /** When the objects that this one depends on were created, including its provider. */
    readonly dependencies: readonly Date[];
    /** When the state was last written. */
    readonly stateWritten: Date;
    /** For an object without a pending create: when updates of the stack failed. */
    readonly attempts?: readonly Period[];
}

/** Metadata of the object in the pending create. */
export interface Intent {
    /** Labels that it sets. */
    readonly labels: Readonly<Record<string, string>>;
    /** Annotations that it sets, without the provider's own `pulumi.com/`. */
    readonly annotations: Readonly<Record<string, string>>;
}

/**
 * Why an object cannot be proven to be created by the interrupted update; empty when it is proven.
 *
 * Two cases must be distinguished: an object that this stack created just before it was killed, and an object of another
 * owner with the same name. Adopting the second would change it now, and later delete it with the stack. So all of these conditions
 * must hold, and any that does not is a reason to refuse:
 *
 * 1. The state holds a pending create for exactly this kind, namespace and name (the caller looks only at such). The engine
 *    writes it before it calls the provider, and takes it out when the call ends, also when it fails: a create that was
 *    refused because the object has another owner leaves none behind. An update that is killed leaves it, and later updates keep
 *    it. So an object of another owner can be here only in the instant between write and refusal.
 * 2. The object was created by Pulumi's provider: one of its field managers has an entry whose time is that of the creation.
 *    kubectl, helm and controllers have other names; an object of theirs that Pulumi only changed has a later entry.
 * 3. It was created while the interrupted update can have run: not before the stack's last success, nor before the objects
 *    that it depends on, the provider among them, and not after the state's last write (with a minute for what was on
 *    its way). This excludes objects that existed before, also of another stack of the same program.
 * 4. It carries every label and annotation that the pending create sets, and among them that it is managed by Pulumi, in
 *    this stack's environment.
 *
 * An object without a pending create needs two others in the place of 1, see `unrecorded.ts`: one of them is here, that it
 * was created while an update of the stack ran which failed.
 *
 * 1 alone nearly suffices; 2 and 3 close its instant, since the object would have to come from another Pulumi stack, inside
 * of the same window; 4 catches what a person has changed since. Nothing here depends on the backend or on the plugin.
 */
export function doubts(live: LiveObject, intent: Intent, window: CutWindow, environment: string): string[] {
    return [...managerDoubts(live), ...timeDoubts(live, window), ...labelDoubts(live, intent, environment)];
}

function managerDoubts({ metadata }: LiveObject): string[] {
    const created = metadata.creationTimestamp.getTime();
    const byPulumi = metadata.managedFields.some(
        ({ manager, subresource, time }) =>
            PULUMI_MANAGER.test(manager) &&
            subresource === "" &&
            time !== undefined &&
            time.getTime() - created < 1_000,
    );
    const others = [...new Set(metadata.managedFields.map(({ manager }) => manager))].join(", ");
    return byPulumi ? [] : [`Pulumi did not create it (field managers: ${others || "none"})`];
}

/** Whether something was created in a period, with a tolerance for clocks and for what was on its way at the end. */
export function isWithin(created: Date, { from, to }: Period): boolean {
    return created.getTime() >= from.getTime() - CLOCKS_MS && created.getTime() <= to.getTime() + LATE_MS;
}

function timeDoubts(
    { metadata }: LiveObject,
    { lastSuccess, dependencies, stateWritten, attempts }: CutWindow,
): string[] {
    const created = metadata.creationTimestamp.getTime();
    const before = (date: Date) => created < date.getTime() - CLOCKS_MS;
    const at = `created ${seconds(metadata.creationTimestamp)}`;
    const newest = [...dependencies].sort((a, b) => b.getTime() - a.getTime())[0];
    return [
        ...(lastSuccess !== undefined && before(lastSuccess)
            ? [`${at}, before the stack's last successful update ended (${seconds(lastSuccess)})`]
            : []),
        ...(newest !== undefined && before(newest)
            ? [`${at}, before what it depends on in the stack (${seconds(newest)})`]
            : []),
        ...(created > stateWritten.getTime() + LATE_MS
            ? [`${at}, after the stack's state was last written (${seconds(stateWritten)})`]
            : []),
        ...(attempts === undefined || attempts.some((period) => isWithin(metadata.creationTimestamp, period))
            ? []
            : [`${at}, when no update of this stack ran that failed`]),
    ];
}

function labelDoubts({ metadata }: LiveObject, { labels, annotations }: Intent, environment: string): string[] {
    const own = { "app.kubernetes.io/managed-by": "pulumi", environment };
    const differing = (what: string, wanted: Readonly<Record<string, string>>, has: Readonly<Record<string, string>>) =>
        Object.entries(wanted)
            .filter(([key, value]) => has[key] !== value)
            .map(([key, value]) => `${what} ${key} is ${has[key] ?? "missing"}, not ${value}`);
    return [
        ...differing("label", { ...labels, ...own }, metadata.labels),
        ...differing("annotation", annotations, metadata.annotations),
    ];
}

/** A time, to the second. */
export function seconds(date: Date): string {
    return `${date.toISOString().slice(0, 19)}Z`;
}
