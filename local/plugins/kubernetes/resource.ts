import { randomBytes } from "node:crypto";
import { PartialError } from "../protocol/server";
import { containsUnknown, text } from "../protocol/values";
import type { PropertyMap } from "../protocol/values";
import { awaiterFor, diagnose, NotReadyError } from "./await";
import { assignName, isAutonamed, isNamed } from "./check";
import type { Autonaming } from "./check";
import { fromState, markSecrets, prune, toObject, toState } from "./checkpoint";
import { deleteObject } from "./deletion";
import { diffObjects } from "./diff";
import type { Change } from "./diff";
import { ApiError, messageOf, NoMatchError } from "./errors";
import { forceNewFields } from "./force-new";
import { liveInputs } from "./live-inputs";
import { normalize } from "./normalize";
import { annotation, annotations, apiVersionOf, describe, gvkOf, gvkOfToken, idOf, nameOf, namespaceOf, parseId, withValue } from "./object";
import { awaitObject, createObject, isNotYetPossible, updateObject } from "./operations";
import type { Operation } from "./operations";
import { announceKind, withCanonicalNamespace, withNamespace } from "./scope";
import { clientOf } from "./session";
import type { Session } from "./session";

/** What the engine asks for one resource, apart from its properties. */
export interface Target {
    /** The provider. */
    session: Session;
    /** The resource. */
    urn: string;
    /** Its type token. */
    type: string;
    /** Only show what would be done. */
    preview: boolean;
    /** Time limit of the resource option `customTimeouts`, in seconds; 0 for none. */
    timeoutSeconds: number;
}

/** Completes the inputs: a name, a namespace, the API server's way to write values. */
export async function checkInputs(
    news: PropertyMap,
    olds: PropertyMap,
    naming: { seed: Uint8Array; autonaming: Autonaming },
    { session, urn, type }: Target,
): Promise<PropertyMap> {
    const object = normalize(toObject(news));
    const old = Object.keys(olds).length === 0 ? undefined : toObject(olds);
    const named = assignName(object, old, urn, naming.seed, naming.autonaming);
    const placed = await withNamespace(named, gvkOfToken(type), session);
    announceKind(placed, session);
    return markSecrets(placed, news);
}

/** What an update would change. */
export interface ObjectDiff {
    /** Changes by property path. */
    changes: Map<string, Change>;
    /** Must the old object go before the new one can be made? */
    deleteBeforeReplace: boolean;
}

/** Compares the program's wishes with the object as last seen, field by field that the program set. */
export async function diffInputs(
    olds: PropertyMap,
    news: PropertyMap,
    ignore: readonly string[],
    { session }: Target,
): Promise<ObjectDiff> {
    const { inputs, live } = fromState(olds);
    const raw = normalize(toObject(news));
    const gvk = gvkOf(raw);
    const wanted = await withCanonicalNamespace(raw, gvk, session);
    const pruned = await withCanonicalNamespace(prune(live, normalize(inputs)), gvk, session);
    const before = nameOf(wanted) === "" ? pruned : withValue(pruned, nameOf(live), "metadata", "name");
    const changes = diffObjects(before, wanted, forceNewFields(gvk, wanted, session.settings), ignore);
    const replaced = [...changes.values()].some((change) => change.replace);
    const samePlace = nameOf(wanted) === nameOf(live) && namespaceOf(wanted) === namespaceOf(live);
    return { changes, deleteBeforeReplace: replaced && isNamed(wanted) && !isAutonamed(wanted) && samePlace };
}

/** Field manager of an object's updates: its annotation's, the one in the state, or a new one. */
function fieldManagerOf(object: PropertyMap, known: string): string {
    return annotation(object, annotations.patchFieldManager) || known || `pulumi-kubernetes-${randomBytes(4).toString("hex")}`;
}

/** Makes an object and waits for it; in a preview, lets the API server say what it would become. */
export async function createResource(
    news: PropertyMap,
    target: Target,
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
        live = await createObject(object, operation);
    } catch (error) {
        if (preview && isAcceptableInPreview(error, object, target)) {
            return { id: "", state: news };
        }
        throw new Error(`${describe(object)} was not created: ${withCrdHint(error)}`, { cause: error });
    }
    if (preview) {
        const { status: _status, ...planned } = live;
        return { id: "", state: toState(object, planned, news, bookkeeping) };
    }
    const ready = await awaited(object, live, operation, (seen) => toState(object, seen, news, bookkeeping));
    session.client?.forget();
    return { id: idOf(ready), state: toState(object, ready, news, bookkeeping) };
}

/** Waits for an object; one that doesn't get ready is kept in the state, with the reasons. */
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

/** Is it no fault of the program that the API server can't preview this create? */
function isAcceptableInPreview(error: unknown, object: PropertyMap, { session, urn }: Target): boolean {
    if (error instanceof ApiError && error.code === 403) {
        session.log.warn(`${describe(object)}: the API server refuses to preview it: ${error.message}`, urn);
        return true;
    }
    // An object that is there already may be this one before its replacement.
    return isNotYetPossible(error) || (error instanceof ApiError && error.reason === "AlreadyExists");
}

/** The error's message, with what to do about a missing kind. */
function withCrdHint(error: unknown): string {
    return error instanceof NoMatchError
        ? `${error.message}; verify that the CRD that brings it has been created`
        : messageOf(error);
}

/** Brings an object to what the program wants and waits for it. */
export async function updateResource(
    olds: PropertyMap,
    news: PropertyMap,
    ignore: readonly string[],
    target: Target,
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
        throw new Error(`${describe(object)} was not updated: ${withCrdHint(error)}`, { cause: error });
    }
    const stateOf = (seen: PropertyMap): PropertyMap => toState(object, seen, news, bookkeeping);
    return stateOf(preview ? live : await awaited(object, live, operation, stateOf));
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

/** Reads an object, for a refresh or an import. */
export async function readResource(
    id: string,
    olds: PropertyMap,
    oldInputs: PropertyMap,
    { session, type, urn }: Target,
): Promise<ReadResult | undefined> {
    const client = clientOf(session);
    const known = fromState(olds);
    const inputs = normalize(toObject(oldInputs));
    const isImport = text(inputs, "kind") === "";
    const gvk = text(known.live, "kind") === "" ? gvkOfToken(type) : gvkOf(known.live);
    const object = { apiVersion: apiVersionOf(gvk), kind: gvk.kind, metadata: { ...parseId(id) } };
    const placed = await withNamespace(
        object.metadata.namespace === "" ? { ...object, metadata: { name: object.metadata.name } } : object,
        gvk,
        session,
    );
    let live: PropertyMap | undefined;
    try {
        live = await client.find(isImport ? placed : { ...object, metadata: parseId(id) });
    } catch (error) {
        if (error instanceof NoMatchError) {
            return undefined;
        }
        throw new Error(`${describe(object)} was not read: ${messageOf(error)}`, { cause: error });
    }
    if (live === undefined) {
        return undefined;
    }
    const seen = isImport ? liveInputs(live) : prune(live, inputs);
    const bookkeeping = {
        initialApiVersion: known.initialApiVersion || text(live, "apiVersion"),
        fieldManager: fieldManagerOf(seen, known.fieldManager),
    };
    const result: ReadResult = {
        id,
        state: toState(seen, live, oldInputs, bookkeeping),
        inputs: markSecrets(seen, oldInputs),
    };
    const awaiter = isImport ? undefined : awaiterFor(inputs);
    if (awaiter?.onRead === true) {
        const progress = await awaiter.progress(live, { client });
        if (!progress.ready) {
            session.log.status("", urn);
            const reasons = [progress.message, ...(await diagnose(awaiter, live, { client }))];
            throw new PartialError(`${describe(live)} is not ready`, id, result.state, reasons, result.inputs);
        }
    }
    return result;
}

/** Deletes an object and waits until it is gone. */
export async function deleteResource(id: string, olds: PropertyMap, target: Target): Promise<void> {
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
