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

/** An operation on a resource. */
export interface Operation {
    /** Session of the provider. */
    session: ClusterSession;
    /** URN of the resource, for messages. */
    urn: string;
    /** Whether the API server only validates the object, without persisting it. */
    preview: boolean;
    /** Timeout from the resource option `customTimeouts` (s); 0 if it is not set. */
    timeoutSeconds: number;
    /** Field manager of this object's updates. */
    fieldManager: string;
}

/** Number of retries of a create while its namespace or kind does not exist, with delays of 1, 2, 4 ... s. */
const CREATE_RETRIES = 5;

/** Hint for an object that already exists. */
const existsHint = (object: PropertyMap): string =>
    "\n\nThe resource already exists in the cluster, and this stack does not own it:\n" +
    "  - to adopt it: pulumi import, or the resource option `import` with the ID " +
    `"${text(object, "metadata", "namespace") === "" ? "" : `${text(object, "metadata", "namespace")}/`}${nameOf(object)}"\n` +
    "  - after a rename in the program: give the resource an alias\n" +
    "  - to let creates change existing objects, for this provider: upsertExistingObjects";

/** Logs the API server's warnings with the name of the object. */
function warn({ session, urn }: Operation, object: PropertyMap, result: ClientResult): PropertyMap {
    for (const warning of new Set(result.warnings)) {
        session.log.warn(`${describe(object)}: ${warning}`, urn);
    }
    return result.object;
}

/** Retries while the namespace or the CRD that an object needs is being created. */
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

/** Creates an object, without waiting until it is ready. */
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

/** Whether the apply takes ownership of fields of other managers. */
function isForced(object: PropertyMap, { session }: Operation): boolean {
    return session.settings.enablePatchForce || annotation(object, annotations.patchForce) === "true";
}

/** Adds a suggested fix to the server's error. */
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

/** Updates an object to the desired state with server-side apply. @param ignore Paths of `ignoreChanges`. */
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
        // An apply would keep versions that the program has removed.
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

/** Waits until an object is ready, according to its kind and annotations. */
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

/** Whether the object cannot be created yet because its namespace or kind is part of the same update. */
export function isNotYetPossible(error: unknown): boolean {
    return isNamespaceMissing(error) || error instanceof NoMatchError;
}
