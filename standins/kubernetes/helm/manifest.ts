import { parseAllDocuments } from "yaml";
import { isMap, text } from "../../protocol/values";
import type { PropertyMap } from "../../protocol/values";
import { awaiterFor, diagnose } from "../await";
import { describe, gvkOf, idOf, namespaceOf, withValue } from "../object";
import { clientOf } from "../session";
import type { ClusterSession } from "../session";

/** Parses the objects of a manifest. */
export function parseManifest(manifest: string): PropertyMap[] {
    return parseAllDocuments(manifest)
        .flatMap((document) => {
            const object: unknown = document.toJS();
            return isMap(object) ? [object] : [];
        })
        .filter((object) => text(object, "kind") !== "");
}

/** Names of a release's objects by kind, e.g. `Deployment.apps/apps/v1`: the form of the output `resourceNames`. */
export function resourceNames(objects: readonly PropertyMap[]): Record<string, string[]> {
    const result: Record<string, string[]> = {};
    for (const object of objects) {
        const { group, kind } = gvkOf(object);
        const key = `${group === "" ? kind : `${kind}.${group}`}/${text(object, "apiVersion")}`;
        result[key] = [...new Set([...(result[key] ?? []), idOf(object)])].sort();
    }
    return result;
}

/**
 * Why objects of a release are not ready: names the objects, their pods and the reasons. A failed lookup does not hide
 * other causes.
 */
export async function diagnoseRelease(
    objects: readonly PropertyMap[],
    namespace: string,
    session: ClusterSession,
): Promise<string[]> {
    const client = clientOf(session);
    const problems = objects.map(async (object) => {
        const placed = namespaceOf(object) === "" ? withValue(object, namespace, "metadata", "namespace") : object;
        const awaiter = awaiterFor(placed);
        const live = awaiter === undefined ? undefined : await client.find(placed).catch(() => undefined);
        if (awaiter === undefined || live === undefined) {
            return [];
        }
        const progress = await awaiter.progress(live, { client });
        return progress.ready
            ? []
            : [`${describe(live)}: ${progress.message}`, ...(await diagnose(awaiter, live, { client }))];
    });
    const settled = await Promise.allSettled(problems);
    return settled.flatMap((each) => (each.status === "fulfilled" ? each.value : []));
}
