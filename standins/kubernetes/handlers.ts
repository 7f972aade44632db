import type { PropertyMap } from "../protocol/values";
import { checkInputs, diffInputs } from "./inputs";
import { readResource } from "./reading";
import { createResource, deleteResource, updateResource } from "./resource";
import { OFFICIAL_HINT } from "./official";
import type { ObjectDiff, ReadResult, ApiTarget } from "./target";

/** Operations of every kind of resource; properties are those sent by the engine. */
export interface Handler {
    /** Completes and validates inputs. */
    check(news: PropertyMap, target: ApiTarget): Promise<PropertyMap>;
    /** Determines what an update would change. */
    diff(olds: PropertyMap, news: PropertyMap, ignore: readonly string[], target: ApiTarget): Promise<ObjectDiff>;
    /** Creates the resource. */
    create(news: PropertyMap, target: ApiTarget): Promise<{ id: string; state: PropertyMap }>;
    /** Reads the resource; `undefined` if it no longer exists. */
    read(id: string, olds: PropertyMap, inputs: PropertyMap, target: ApiTarget): Promise<ReadResult | undefined>;
    /** Updates the resource. */
    update(olds: PropertyMap, news: PropertyMap, ignore: readonly string[], target: ApiTarget): Promise<PropertyMap>;
    /** Deletes the resource. */
    delete(id: string, olds: PropertyMap, target: ApiTarget): Promise<void>;
}

/** Handler of Kubernetes API objects. */
const objects: Handler = {
    check: checkInputs,
    diff: diffInputs,
    create: createResource,
    read: readResource,
    update: updateResource,
    delete: deleteResource,
};

/** Whether an SDK type does not represent a single object: a partial patch, or a list. */
function isPatchOrList(type: string): boolean {
    const [, module = "", kind = ""] = type.split(":");
    const group = module.split("/")[0] ?? "";
    const isBuiltIn = !group.includes(".") || group.endsWith(".k8s.io");
    return isBuiltIn && /(?:Patch|.List)$/.test(kind);
}

/** Handler of a type. @throws Error for a type that only the official plugin supports. */
export async function handlerOf(type: string): Promise<Handler> {
    if (type === "kubernetes:helm.sh/v3:Release") {
        return (await import("./helm/release.js")).releases;
    }
    if (isPatchOrList(type)) {
        throw new Error(`${type} is not served by the stand-in plugin: ${OFFICIAL_HINT}`);
    }
    return objects;
}
