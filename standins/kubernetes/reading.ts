import { PartialError } from "../protocol/server";
import { text } from "../protocol/values";
import type { PropertyMap } from "../protocol/values";
import { awaiterFor, diagnose } from "./await";
import type { KubernetesClient } from "./client";
import { fromState, markSecrets, prune, toObject, toState } from "./checkpoint";
import { messageOf } from "../../errors";
import { NoMatchError } from "./errors";
import { liveInputs } from "./liveInputs";
import { normalize } from "./normalize";
import { apiVersionOf, describe, gvkOf, parseId } from "./object";
import { gvkOfToken, type Gvk } from "../../kube/kinds";
import { withScope } from "./scope";
import { clientOf } from "./session";
import type { ClusterSession } from "./session";
import { fieldManagerOf } from "./target";
import type { ReadResult, ApiTarget } from "./target";

/** The object of an identifier; the identifier of an imported object can omit the default namespace. */
async function objectOf(id: string, gvk: Gvk, session: ClusterSession): Promise<PropertyMap> {
    const { namespace, name } = parseId(id);
    const metadata: PropertyMap = namespace === "" ? { name } : { name, namespace };
    return withScope({ apiVersion: apiVersionOf(gvk), kind: gvk.kind, metadata }, gvk, session);
}

/** Reads an object; `undefined` if it does not exist or its kind is no longer served. */
async function find(object: PropertyMap, client: KubernetesClient): Promise<PropertyMap | undefined> {
    try {
        return await client.find(object);
    } catch (error) {
        if (error instanceof NoMatchError) {
            return undefined;
        }
        throw new Error(`${describe(object)} was not read: ${messageOf(error)}`, { cause: error });
    }
}

/** Reads an object, for a refresh or an import. */
export async function readResource(
    id: string,
    olds: PropertyMap,
    oldInputs: PropertyMap,
    { session, type, urn }: ApiTarget,
): Promise<ReadResult | undefined> {
    const client = clientOf(session);
    const known = fromState(olds);
    const inputs = normalize(toObject(oldInputs));
    const isImport = text(inputs, "kind") === "";
    const gvk = text(known.live, "kind") === "" ? gvkOfToken(type) : gvkOf(known.live);
    const object = await objectOf(id, gvk, session);
    const live = await find(object, client);
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
