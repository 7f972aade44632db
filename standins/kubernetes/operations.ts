import { setTimeout as sleep } from "node:timers/promises";
import { items, text } from "../protocol/values";
import type { PropertyMap } from "../protocol/values";
import { awaiterFor, timeoutOf, waitUntilReady } from "./await";
import type { ClientResult, WriteOptions } from "./client";
import { messageOf } from "../../errors";
import { ApiError, isNamespaceMissing, isNotFound, NoMatchError } from "./errors";
import { CREATE_MANAGER, hasCreateManager, takeOver } from "./managedFields";
import { annotation, annotations, describe, gvkOf, nameOf, withValue } from "./object";
import { keepIgnored } from "./ignoreChanges";
import { clientOf } from "./session";
import type { ClusterSession } from "./session";

/** One operation on one resource. */
export interface Operation {
    /** The provider. */
    session: ClusterSession;
    /** The resource, for messages. */
    urn: string;
    /** Let the API server check the object without keeping it. */
    preview: boolean;
    /** Time limit of the resource option `customTimeouts`, in seconds; 0 for none. */
    timeoutSeconds: number;
    /** Field manager of this object's updates. */
    fieldManager: string;
}

/** How often a create is retried while its namespace or kind does not exist, with 1, 2, 4 ... s between. */
const CREATE_RETRIES = 5;

/** What to do about an object that exists already. */
const existsHint = (object: PropertyMap): string =>
    "\n\nThe resource already exists in the cluster, and this stack does not own it:\n" +
    "  - to adopt it: pulumi import, or the resource option `import` with the ID " +
    `"${text(object, "metadata", "namespace") === "" ? "" : `${text(object, "metadata", "namespace")}/`}${nameOf(object)}"\n` +
    "  - after a rename in the program: give the resource an alias\n" +
    "  - to let creates change existing objects, for this provider: upsertExistingObjects";

/** Shows what the API server warns of, naming the object. */
function warn({ session, urn }: Operation, object: PropertyMap, result: ClientResult): PropertyMap {
    for (const warning of new Set(result.warnings)) {
        session.log.warn(`${describe(object)}: ${warning}`, urn);
    }
    return result.object;
}

/** Tries again while the namespace or the CRD that an object needs is being created. */
async function retryWhileMissing<T>(operation: Operation, action: () => Promise<T>): Promise<T> {
    for (let attempt = 0; ; attempt++) {
        try {
            return await action();
        } catch (error) {
            const isMissing = error instanceof NoMatchError || isNotFound(error);
            if (!isMissing || operation.preview || attempt === CREATE_RETRIES || operation.session.signal.aborted) {
                throw error;
            }
            operation.session.log.status(`Retry #${attempt + 1}; creation failed: ${messageOf(error)}`, operation.urn);
            await sleep(1_000 * 2 ** attempt);
        }
    }
}

/** Creates an object; waiting for it is another step. */
export async function createObject(object: PropertyMap, operation: Operation): Promise<PropertyMap> {
    const { session, preview, fieldManager } = operation;
    const client = clientOf(session);
    const options: WriteOptions = { dryRun: preview, fieldManager: CREATE_MANAGER };
    try {
        return await retryWhileMissing(operation, async () =>
            warn(
                operation,
                object,
                session.settings.upsertExistingObjects
                    ? await client.apply(object, {
                          ...options,
                          fieldManager,
                          force: isForced(object, operation) || preview,
                      })
                    : await client.create(object, options),
            ),
        );
    } catch (error) {
        throw explain(error, object, fieldManager);
    }
}

/** Is the apply to take over fields of other managers? */
function isForced(object: PropertyMap, { session }: Operation): boolean {
    return session.settings.enablePatchForce || annotation(object, annotations.patchForce) === "true";
}

/** Adds to the server's refusal what can be done about it. */
function explain(error: unknown, object: PropertyMap, fieldManager: string): unknown {
    if (!(error instanceof ApiError)) {
        return error;
    }
    if (error.reason === "AlreadyExists") {
        return new ApiError(error.code, error.reason, error.detailsKind, error.message + existsHint(object));
    }
    if (error.reason === "Conflict") {
        const message =
            `the update of ${describe(object)} by field manager "${fieldManager}" conflicts with another manager: ` +
            `${error.message}\nLeave those fields out of the program, or take them over with the annotation ` +
            `${annotations.patchForce}: "true" on the resource.`;
        return new ApiError(error.code, error.reason, error.detailsKind, message);
    }
    return error;
}

/** Brings an object to what the program wants by server-side apply. @param ignore Paths of `ignoreChanges`. */
export async function updateObject(
    object: PropertyMap,
    ignore: readonly string[],
    operation: Operation,
): Promise<PropertyMap> {
    const { session, preview, fieldManager } = operation;
    const client = clientOf(session);
    const live = await client.find(object);
    if (live === undefined) {
        throw new ApiError(404, "NotFound", "", `${describe(object)} is no longer in the cluster; run: pulumi refresh`);
    }
    const options: WriteOptions = { dryRun: preview, fieldManager };
    if (gvkOf(object).kind === "CustomResourceDefinition") {
        // An apply would leave versions standing that the program no longer has.
        const version = text(live, "metadata", "resourceVersion");
        const whole = withValue(object, version, "metadata", "resourceVersion");
        return warn(operation, object, await client.replace(whole, options));
    }
    const taken = preview ? undefined : takeOver(live, fieldManager);
    const owned =
        taken === undefined
            ? live
            : (await client.patch(live, [{ op: "replace", path: "/metadata/managedFields", value: taken }])).object;
    const isLegacy = items(live, "metadata", "managedFields").length === 0;
    const force = isForced(object, operation) || isLegacy || (preview && hasCreateManager(live));
    const wanted = keepIgnored(object, owned, ignore, fieldManager);
    try {
        return warn(operation, object, await client.apply(wanted, { ...options, force }));
    } catch (error) {
        throw explain(error, object, fieldManager);
    }
}

/** Waits until an object is ready, as its kind and annotations say. */
export async function awaitObject(inputs: PropertyMap, live: PropertyMap, operation: Operation): Promise<PropertyMap> {
    const { session, urn } = operation;
    const awaiter = awaiterFor(inputs);
    if (awaiter === undefined) {
        return live;
    }
    const ready = await waitUntilReady(
        live,
        awaiter,
        { client: clientOf(session) },
        {
            timeoutSeconds: timeoutOf(inputs, operation.timeoutSeconds, awaiter),
            signal: session.signal,
            status: (message) => {
                session.log.status(message, urn);
            },
        },
    );
    return ready;
}

/** Can the object not be made here because its namespace or kind comes with the same update? */
export function isNotYetPossible(error: unknown): boolean {
    return isNamespaceMissing(error) || error instanceof NoMatchError;
}
