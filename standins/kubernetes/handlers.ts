import type { PropertyMap } from "../protocol/values";
import { checkInputs, diffInputs } from "./inputs";
import { readResource } from "./reading";
import { createResource, deleteResource, updateResource } from "./resource";
import { OFFICIAL_HINT } from "./official";
import type { ObjectDiff, ReadResult, ApiTarget } from "./target";

/** What every kind of resource can do; properties as the engine sends them. */
export interface Handler {
    /** Completes and checks inputs. */
    check(news: PropertyMap, target: ApiTarget): Promise<PropertyMap>;
    /** Says what an update would change. */
    diff(olds: PropertyMap, news: PropertyMap, ignore: readonly string[], target: ApiTarget): Promise<ObjectDiff>;
    /** Creates it. */
    create(news: PropertyMap, target: ApiTarget): Promise<{ id: string; state: PropertyMap }>;
    /** Reads it; `undefined` when it is gone. */
    read(id: string, olds: PropertyMap, inputs: PropertyMap, target: ApiTarget): Promise<ReadResult | undefined>;
    /** Changes it. */
    update(olds: PropertyMap, news: PropertyMap, ignore: readonly string[], target: ApiTarget): Promise<PropertyMap>;
    /** Removes it. */
    delete(id: string, olds: PropertyMap, target: ApiTarget): Promise<void>;
}

/** Objects of the Kubernetes API. */
const objects: Handler = {
    check: checkInputs,
    diff: diffInputs,
    create: createResource,
    read: readResource,
    update: updateResource,
    delete: deleteResource,
};

/** Is it an SDK type that stands for no object of its own: a partial patch, or a list? */
function isPatchOrList(type: string): boolean {
    const [, module = "", kind = ""] = type.split(":");
    const group = module.split("/")[0] ?? "";
    const isBuiltIn = !group.includes(".") || group.endsWith(".k8s.io");
    return isBuiltIn && /(?:Patch|.List)$/.test(kind);
}

/** Who serves a type. @throws Error for a type that only the official plugin serves. */
export async function handlerOf(type: string): Promise<Handler> {
    if (type === "kubernetes:helm.sh/v3:Release") {
        return (await import("./helm/release.js")).releases;
    }
    if (isPatchOrList(type)) {
        throw new Error(`${type} is not served by the stand-in plugin: ${OFFICIAL_HINT}`);
    }
    return objects;
}
