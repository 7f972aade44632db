import {
    type KubeConfig,
    AppsV1Api,
    type V1Deployment,
    PatchStrategy,
    setHeaderOptions,
} from "@kubernetes/client-node";
import type { PropertyMap } from "../../../standins/protocol/values";

/** Options of {@link apply}. */
interface ApplyOptions {
    /** Field manager. */
    readonly manager: string;
    /** Only check. */
    readonly dryRun?: boolean;
}

const nameOf = ({ metadata }: V1Deployment) => ({
    namespace: metadata?.namespace ?? "",
    name: metadata?.name ?? "",
});

/** Creates a Deployment as a field manager. */
export async function createAs(config: KubeConfig, body: V1Deployment, fieldManager: string): Promise<PropertyMap> {
    const { namespace } = nameOf(body);
    const created = await config.makeApiClient(AppsV1Api).createNamespacedDeployment({ namespace, body, fieldManager });
    return JSON.parse(JSON.stringify(created)) as PropertyMap;
}

/** Writes the owners of a Deployment's fields. */
export async function patchAs(config: KubeConfig, object: V1Deployment, managedFields: PropertyMap[]): Promise<void> {
    await config
        .makeApiClient(AppsV1Api)
        .patchNamespacedDeployment(
            { ...nameOf(object), body: [{ op: "replace", path: "/metadata/managedFields", value: managedFields }] },
            setHeaderOptions("Content-Type", PatchStrategy.JsonPatch),
        );
}

/** Applies a Deployment by force, server-side. */
export async function apply(config: KubeConfig, body: V1Deployment, { manager, dryRun }: ApplyOptions): Promise<void> {
    await config
        .makeApiClient(AppsV1Api)
        .patchNamespacedDeployment(
            { ...nameOf(body), body, fieldManager: manager, force: true, ...(dryRun ? { dryRun: "All" } : {}) },
            setHeaderOptions("Content-Type", PatchStrategy.ServerSideApply),
        );
}
