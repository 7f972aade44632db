import { type KubernetesObject, type KubernetesObjectApi, PatchStrategy } from "@kubernetes/client-node";
import type { PropertyMap } from "../../../standins/protocol/values";

/** Options of {@link apply}. */
interface ApplyOptions {
    /** Field manager. */
    readonly manager: string;
    /** Only check. */
    readonly dryRun?: boolean;
}

/** Creates an object as a field manager. */
export async function createAs(
    api: KubernetesObjectApi,
    body: KubernetesObject,
    fieldManager: string,
): Promise<PropertyMap> {
    const created = await api.create(body, undefined, undefined, fieldManager);
    return JSON.parse(JSON.stringify(created)) as PropertyMap;
}

/** Writes the owners of an object's fields. */
export async function patchAs(
    api: KubernetesObjectApi,
    { apiVersion, kind, metadata }: KubernetesObject,
    managedFields: PropertyMap[],
): Promise<void> {
    const { namespace, name } = metadata ?? {};
    const body: object = { apiVersion, kind, metadata: { namespace, name, managedFields } };
    await api.patch(body, undefined, undefined, undefined, undefined, PatchStrategy.MergePatch);
}

/** Applies an object by force, server-side. */
export async function apply(
    api: KubernetesObjectApi,
    body: KubernetesObject,
    { manager, dryRun }: ApplyOptions,
): Promise<void> {
    await api.patch(body, undefined, dryRun ? "All" : undefined, manager, true, PatchStrategy.ServerSideApply);
}
