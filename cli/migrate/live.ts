import { ApiException, KubernetesObjectApi } from "@kubernetes/client-node";
import { z } from "zod";
import { clusterTransport } from "../../kube/request";
import { typedConfiguration } from "../../kube/typedClient";
import type { EngineStep } from "../../engine/events";
import type { Target } from "../../engine/target";
import { CannotRun } from "../../errors";
import type { Planned } from "../../engine/changes";
import { isProperties, type Properties } from "../../engine/values";

const targetSchema = z.object({ context: z.string(), kubeconfig: z.string().optional() });

/**
 * Reads the stack's target cluster from the program's provider.
 * @throws CannotRun when it has none.
 */
export function providerTarget(steps: readonly EngineStep[]): Target {
    const provider = steps.find(({ urn }) => urn.endsWith("::pulumi:providers:kubernetes::cluster"));
    const target = targetSchema.safeParse(provider?.new?.inputs);
    if (!target.success) {
        throw new CannotRun("the program has no Kubernetes provider, so its cluster is unknown", "pulumi preview");
    }
    return target.data;
}

/** The live objects among those of the program, by URN. */
export async function liveObjects(target: Target, resources: readonly Planned[]): Promise<Map<string, Properties>> {
    const api = new KubernetesObjectApi(typedConfiguration(await clusterTransport(target)));
    const found = await Promise.all(
        resources.map(async ({ urn, inputs }): Promise<[string, Properties][]> => {
            const live = await read(api, inputs);
            return live === undefined ? [] : [[urn, live]];
        }),
    );
    return new Map(found.flat());
}

async function read(api: KubernetesObjectApi, inputs: Properties): Promise<Properties | undefined> {
    const { apiVersion, kind } = inputs;
    const { name, namespace } = isProperties(inputs.metadata) ? inputs.metadata : {};
    if (typeof apiVersion !== "string" || typeof kind !== "string" || typeof name !== "string") {
        return undefined;
    }
    const metadata = { name, ...(typeof namespace === "string" ? { namespace } : {}) };
    try {
        return { ...(await api.read({ apiVersion, kind, metadata })) };
    } catch (error) {
        if ((error instanceof ApiException && error.code === 404) || isUnknownKind(error)) {
            return undefined;
        }
        throw error;
    }
}

/** The cluster does not serve the kind, since its CustomResourceDefinition does not exist yet. */
function isUnknownKind(error: unknown): boolean {
    return error instanceof Error && error.message.startsWith("Unrecognized API version and kind");
}
