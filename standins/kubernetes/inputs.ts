import type { PropertyMap } from "../protocol/values";
import { at, Unknown } from "../protocol/values";
import { fromState, markSecrets, prune, toObject } from "./checkpoint";
import { diffObjects } from "./diff";
import { forceNewFields } from "../../kube/immutableFields";
import { gvkOfToken } from "../../kube/kinds";
import { normalize } from "./normalize";
import { gvkOf, nameOf, namespaceOf } from "./object";
import { OFFICIAL_HINT } from "./official";
import { announceKind, withScope } from "./scope";
import type { ObjectDiff, ApiTarget } from "./target";

/**
 * Completes the inputs: sets a namespace, and normalizes values as the API server does.
 * @throws Error for an object without a name: the stacks name all of their objects.
 */
export async function checkInputs(news: PropertyMap, { session, type }: ApiTarget): Promise<PropertyMap> {
    const object = normalize(toObject(news));
    const named = [at(object, "metadata"), at(object, "metadata", "name")].some((each) => each instanceof Unknown);
    if (!named && nameOf(object) === "") {
        throw new Error(
            `metadata.name is not set, and the stand-in plugin makes up no names: set it, or ${OFFICIAL_HINT}`,
        );
    }
    const placed = await withScope(object, gvkOfToken(type), session);
    announceKind(placed, session);
    return markSecrets(placed, news);
}

/** Compares the desired object with the last known one, limited to the fields that the program set. */
export async function diffInputs(
    olds: PropertyMap,
    news: PropertyMap,
    ignore: readonly string[],
    { session }: ApiTarget,
): Promise<ObjectDiff> {
    const { inputs, live } = fromState(olds);
    const raw = normalize(toObject(news));
    const gvk = gvkOf(raw);
    const wanted = await withScope(raw, gvk, session);
    const pruned = await withScope(prune(live, normalize(inputs)), gvk, session);
    const changes = diffObjects(pruned, wanted, forceNewFields(gvk, wanted, session.settings), ignore);
    const replaced = [...changes.values()].some((change) => change.replace);
    const samePlace = nameOf(wanted) === nameOf(live) && namespaceOf(wanted) === namespaceOf(live);
    return { changes, deleteBeforeReplace: replaced && samePlace };
}
