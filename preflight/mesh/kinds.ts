import { isRollout } from "../../settings/mesh/delivery";
import { z } from "zod";
import { API_VERSION } from "../../components/delivery/names";
import type { ReadAnswer } from "../../kube/read";
import type { MeshSettings } from "../../settings/schema";
import { removeCommand, setCommand } from "../../settings/shared/faults";
import { shellCommand } from "../../shell";

const resourcesSchema = z.object({ resources: z.array(z.object({ kind: z.string() })) });

/** Kinds of Argo Rollouts that a delivery by a Rollout needs. */
const NEEDED = ["Rollout", "AnalysisTemplate", "AnalysisRun", "Experiment"];

/** Folder with the CustomResourceDefinitions of a release, for `kubectl apply --kustomize`. */
function definitions(version: string): string {
    return `https://github.com/argoproj/argo-rollouts/manifests/crds?ref=${version}`;
}

/** Release whose definitions fit any controller of the settings that is not this stack's own. */
const DEFAULT_VERSION = "v1.10.1";

/**
 * Why a Rollout cannot deliver: the kinds of Argo Rollouts are missing. They belong to the cluster, not to one of its
 * stacks, and are 3 MB, which only a server-side apply takes.
 * @param answer the API server's answer for the group version; `undefined` with a Deployment
 */
export function kindRefusals(
    { delivery }: Pick<MeshSettings, "delivery">,
    answer: ReadAnswer | undefined,
    { stack, command }: { readonly stack: string; readonly command: string },
): string[] {
    if (!isRollout(delivery) || answer?.seen !== true) {
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
        `mesh.delivery.type is ${delivery.type}, but the cluster has no ${missing.join(", ")} of ${API_VERSION}.\n` +
            `    Install the kinds, once for the cluster:  ${command} ${apply}\n` +
            `    Or deliver by a Deployment:               ${removeCommand(stack, "mesh.delivery")}`,
    ];
}

const blueGreenSchema = z.object({ spec: z.object({ strategy: z.object({ blueGreen: z.object({}) }) }) });

/**
 * Why a Deployment cannot take the place of a Rollout with blue/green: its controller has narrowed the Service to the
 * Rollout's pods, does so again at every look, and leaves it so when the Rollout goes. With canaries it lets go of the
 * Service first.
 * @param live the Rollout; `undefined` where there is none
 */
export function wayBackRefusals({ delivery }: Pick<MeshSettings, "delivery">, live: unknown, stack: string): string[] {
    if (isRollout(delivery) || !blueGreenSchema.safeParse(live).success) {
        return [];
    }
    const first = `${setCommand(stack, "mesh.delivery.type", "canary")} && ${shellCommand("pulumi", "up", "--stack", stack)}`;
    return [
        "mesh.delivery.type is rolling, and the live Rollout delivers by blueGreen: the Service selects its pods alone, " +
            "and would select none when it is gone.\n" +
            `    Go back to canaries first:  ${first}\n` +
            `    Then to a Deployment:       ${removeCommand(stack, "mesh.delivery")}`,
    ];
}
