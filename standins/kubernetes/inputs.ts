import type { PropertyMap } from "../protocol/values";
import { assignName, isAutonamed, isNamed } from "./check";
import type { Autonaming } from "./check";
import { fromState, markSecrets, prune, toObject } from "./checkpoint";
import { diffObjects } from "./diff";
import { forceNewFields } from "../../kube/immutableFields";
import { gvkOfToken } from "../../kube/kinds";
import { normalize } from "./normalize";
import { gvkOf, nameOf, namespaceOf, withValue } from "./object";
import { announceKind, withCanonicalNamespace, withNamespace } from "./scope";
import type { ObjectDiff, Target } from "./target";

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
