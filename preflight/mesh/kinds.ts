import { z } from "zod";
import { API_VERSION } from "../../components/delivery/names";
import type { ReadAnswer } from "../../kube/read";
import type { MeshSettings } from "../../settings/schema";
import { removeCommand } from "../../settings/shared/faults";
import { shellCommand } from "../../shell";

const resourcesSchema = z.object({ resources: z.array(z.object({ kind: z.string() })) });

/** Kinds of Argo Rollouts that a canary needs. */
const NEEDED = ["Rollout", "AnalysisTemplate", "AnalysisRun", "Experiment"];

/** Folder with the CustomResourceDefinitions of a release, for `kubectl apply --kustomize`. */
function definitions(version: string): string {
    return `https://github.com/argoproj/argo-rollouts/manifests/crds?ref=${version}`;
}

/** Release whose definitions fit any controller of the settings that is not this stack's own. */
const DEFAULT_VERSION = "v1.10.1";

/**
 * Why canaries cannot be delivered: the kinds of Argo Rollouts are missing. They belong to the cluster, not to one of its
 * stacks, and are 3 MB, which only a server-side apply takes.
 * @param answer the API server's answer for the group version; `undefined` without canaries
 */
export function kindRefusals(
    { delivery }: Pick<MeshSettings, "delivery">,
    answer: ReadAnswer | undefined,
    { stack, command }: { readonly stack: string; readonly command: string },
): string[] {
    if (delivery.type !== "canary" || answer?.seen !== true) {
        return [];
    }
    const served = resourcesSchema.safeParse(answer.object).data?.resources.map(({ kind }) => kind) ?? [];
    const missing = NEEDED.filter((kind) => !served.includes(kind));
    if (missing.length === 0) {
        return [];
    }
    const version = delivery.controller.type === "install" ? delivery.controller.image.tag : DEFAULT_VERSION;
    const apply = shellCommand("apply", "--server-side", "--kustomize", definitions(version));
    return [
        `mesh.delivery.type is canary, but the cluster has no ${missing.join(", ")} of ${API_VERSION}.\n` +
            `    Install the kinds, once for the cluster:  ${command} ${apply}\n` +
            `    Or deliver without canaries:              ${removeCommand(stack, "mesh.delivery")}`,
    ];
}
