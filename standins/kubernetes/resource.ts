import { redact } from "../protocol/redact";
import { PartialError } from "../protocol/server";
import { containsUnknown, text } from "../protocol/values";
import type { PropertyMap } from "../protocol/values";
import { NotReadyError } from "./await";
import { fromState, toObject, toState } from "./checkpoint";
import { deleteObject } from "./deletion";
import { messageOf } from "../../errors";
import { ApiError, NoMatchError } from "./errors";
import { normalize } from "./normalize";
import { describe, gvkOf, idOf, without } from "./object";
import { awaitObject, createObject, isNotYetPossible, updateObject } from "./operations";
import type { Operation } from "./operations";
import { withScope } from "./scope";
import { fieldManagerOf } from "./target";
import type { ApiTarget } from "./target";

/** Creates an object and waits until it is ready; in a preview, performs a server-side dry run. */
export async function createResource(
    news: PropertyMap,
    target: ApiTarget,
): Promise<{ id: string; state: PropertyMap }> {
    const { session, preview } = target;
    const object = toObject(news);
    const bookkeeping = {
        initialApiVersion: text(object, "apiVersion"),
        fieldManager: fieldManagerOf(object, ""),
    };
    const operation: Operation = { ...target, fieldManager: bookkeeping.fieldManager };
    if (preview && (containsUnknown(object) || session.client === undefined)) {
        return { id: "", state: news };
    }
    let live: PropertyMap;
    try {
        live = await createObject(await withScope(object, gvkOf(object), session), operation);
    } catch (error) {
        if (preview && isAcceptableInPreview(error, object, target)) {
            return { id: "", state: news };
        }
        throw refusal(object, "created", error, news);
    }
    if (preview) {
        return { id: "", state: toState(object, without(live, "status"), news, bookkeeping) };
    }
    const ready = await awaited(object, live, operation, (seen) => toState(object, seen, news, bookkeeping));
    session.client?.forget();
    return { id: idOf(ready), state: toState(object, ready, news, bookkeeping) };
}

/** Waits until an object is ready; one that does not become ready is kept in the state, with the reasons. */
async function awaited(
    object: PropertyMap,
    live: PropertyMap,
    operation: Operation,
    stateOf: (live: PropertyMap) => PropertyMap,
): Promise<PropertyMap> {
    try {
        return await awaitObject(object, live, operation);
    } catch (error) {
        const seen = error instanceof NotReadyError ? error.live : live;
        const reasons = error instanceof NotReadyError ? error.reasons : [];
        const message = `${describe(seen)} is in the cluster, but not ready: ${messageOf(error)}`;
        throw new PartialError(message, idOf(seen), stateOf(seen), reasons);
    }
}

/** Whether the failed preview of a create is not an error of the program. */
function isAcceptableInPreview(error: unknown, object: PropertyMap, { session, urn }: ApiTarget): boolean {
    if (error instanceof ApiError && error.code === 403) {
        session.log.warn(`${describe(object)}: the API server refuses to preview it: ${error.message}`, urn);
        return true;
    }
    // An existing object can be the one that is about to be replaced.
    return isNotYetPossible(error) || (error instanceof ApiError && error.reason === "AlreadyExists");
}

/** The error to show: what was rejected, why, and how to fix a missing kind; without secrets of the inputs. */
function refusal(object: PropertyMap, verb: "created" | "updated", error: unknown, news: PropertyMap): Error {
    const hint = error instanceof NoMatchError ? "; verify that the CRD that brings it has been created" : "";
    const message = redact(messageOf(error), news);
    return new Error(`${describe(object)} was not ${verb}: ${message}${hint}`, { cause: error });
}

/** Updates an object to the desired state and waits until it is ready. */
export async function updateResource(
    olds: PropertyMap,
    news: PropertyMap,
    ignore: readonly string[],
    target: ApiTarget,
): Promise<PropertyMap> {
    const { session, preview } = target;
    const object = normalize(toObject(news));
    if (preview && (containsUnknown(object) || session.client === undefined)) {
        return news;
    }
    const old = fromState(olds);
    const bookkeeping = {
        initialApiVersion: old.initialApiVersion || text(object, "apiVersion"),
        fieldManager: fieldManagerOf(object, old.fieldManager),
    };
    const operation: Operation = { ...target, fieldManager: bookkeeping.fieldManager };
    let live: PropertyMap;
    try {
        live = await updateObject(object, ignore, operation);
    } catch (error) {
        if (preview && isAcceptableInPreview(error, object, target)) {
            return news;
        }
        throw refusal(object, "updated", error, news);
    }
    const stateOf = (seen: PropertyMap): PropertyMap => toState(object, seen, news, bookkeeping);
    return stateOf(preview ? live : await awaited(object, live, operation, stateOf));
}

/** Deletes an object and waits until it is deleted. */
export async function deleteResource(id: string, olds: PropertyMap, target: ApiTarget): Promise<void> {
    const { inputs, live, ...bookkeeping } = fromState(olds);
    try {
        await deleteObject(inputs, live, { ...target, fieldManager: bookkeeping.fieldManager });
    } catch (error) {
        if (error instanceof NotReadyError) {
            throw new PartialError(error.message, id, toState(inputs, error.live, {}, bookkeeping), error.reasons);
        }
        throw new Error(`${describe(live)} was not deleted: ${messageOf(error)}`, { cause: error });
    }
}
