import { setTimeout as sleep } from "node:timers/promises";
import type { PropertyMap } from "../../protocol/values";
import { annotation, annotations } from "../object";
import { conditionAwaiter } from "./conditions";
import { network } from "./network";
import { others } from "./others";
import type { Awaiter, ObjectLookup, AwaitProgress } from "./types";
import { awaiterKey, workloads } from "./workloads";

/** Awaiters of all kinds that are awaited; others are ready once the API server has accepted them. */
const awaiters: Readonly<Record<string, Awaiter>> = { ...workloads, ...network, ...others };

/** Default timeout (s); as in the official plugin. */
const DEFAULT_TIMEOUT_SECONDS = 600;
/** Interval between reads of an object (ms): short at first, then longer to reduce load on the API server. */
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 1_000;

/** The object exists, but did not become ready. */
export class NotReadyError extends Error {
    /**
     * @param message What was awaited and for how long.
     * @param live The object as last seen.
     * @param reasons Causes, as far as they are known.
     */
    constructor(
        message: string,
        public readonly live: PropertyMap,
        public readonly reasons: readonly string[],
    ) {
        super(message);
    }
}

/**
 * Awaiter of an object; `undefined` if the object is not awaited.
 * @param inputs Inputs of the resource, with their annotations.
 */
export function awaiterFor(inputs: PropertyMap): Awaiter | undefined {
    if (annotation(inputs, annotations.skipAwait) === "true") {
        return undefined;
    }
    const waitFor = annotation(inputs, annotations.waitFor);
    return waitFor === "" ? awaiters[awaiterKey(inputs)] : conditionAwaiter(waitFor);
}

/** Timeout (s): the resource option, else the annotation, else the kind's default. */
export function timeoutOf(inputs: PropertyMap, customTimeout: number, awaiter?: Awaiter): number {
    const annotated = Number.parseInt(annotation(inputs, annotations.timeoutSeconds), 10);
    return customTimeout > 0
        ? customTimeout
        : annotated > 0
          ? annotated
          : (awaiter?.timeoutSeconds ?? DEFAULT_TIMEOUT_SECONDS);
}

/** Options of a wait. */
interface WaitOptions {
    /** Timeout (s). */
    timeoutSeconds: number;
    /** Aborted when the user cancels. */
    signal: AbortSignal;
    /** Reports the progress of the object. */
    status: (message: string) => void;
}

/** Causes, as far as they can be determined; a failed lookup must not hide the error that it should explain. */
export async function diagnose(awaiter: Awaiter, object: PropertyMap, lookup: ObjectLookup): Promise<string[]> {
    try {
        return (await awaiter.diagnose?.(object, lookup)) ?? [];
    } catch {
        return [];
    }
}

/** Waits until an object is ready, and returns it. @throws NotReadyError on failure, timeout or cancellation. */
export async function waitUntilReady(
    object: PropertyMap,
    awaiter: Awaiter,
    lookup: ObjectLookup,
    options: WaitOptions,
): Promise<PropertyMap> {
    const deadline = Date.now() + options.timeoutSeconds * 1_000;
    let live = object;
    let steadySince: number | undefined;
    for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 1.5, LONGEST_PAUSE_MS)) {
        const progress = await awaiter.progress(live, lookup);
        steadySince = progress.ready ? (steadySince ?? Date.now()) : undefined;
        if (steadySince !== undefined && Date.now() - steadySince >= (progress.settleMs ?? 0)) {
            options.status("");
            return live;
        }
        options.status(progress.message);
        const end = ending(progress, deadline, options);
        if (end !== undefined) {
            throw new NotReadyError(end, live, [progress.message, ...(await diagnose(awaiter, live, lookup))]);
        }
        await sleep(Math.min(pause, Math.max(deadline - Date.now(), 1)));
        const seen = await lookup.client.find(live);
        if (seen === undefined) {
            throw new NotReadyError("it was deleted while it was awaited", live, []);
        }
        live = seen;
    }
}

/** Why a wait fails; `undefined` while it continues. */
function ending(progress: AwaitProgress, deadline: number, options: WaitOptions): string | undefined {
    if (progress.failed === true) {
        return "it failed";
    }
    if (options.signal.aborted) {
        return "the wait for it was cancelled";
    }
    return Date.now() >= deadline ? `it was not ready after ${options.timeoutSeconds} s` : undefined;
}
