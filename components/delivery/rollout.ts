import type { types } from "@pulumi/kubernetes";
import { defaultWeights } from "../../settings/mesh/canaryPods";
import type { CanarySettings } from "../../settings/mesh/delivery";
import { canaryDeadline, measuringSeconds } from "../../settings/mesh/deliveryConstraints";
import { minimumReplicas } from "../../settings/mesh/replicas";
import type { MeshSettings } from "../../settings/schema";
import { HASH_ARGUMENT } from "./analysis";

/** Settings of the mesh that a canary depends on. */
type CanaryMesh = Pick<MeshSettings, "autoscaling" | "replicas" | "progressDeadlineSeconds">;

/** A step of a Rollout. */
type RolloutStep = { readonly setWeight: number } | { readonly pause: { readonly duration?: string } };

/** Completed and failed runs of the analysis that are kept; the controller's default is 5 and 5. */
const KEPT_RUNS = { successfulRunHistoryLimit: 3, unsuccessfulRunHistoryLimit: 5 } as const;

/**
 * `spec` of the Rollout that takes the place of a Deployment: its pods, selector and history are the Deployment's own, so
 * that both make the same pods and either can follow the other.
 * @param deployment What the Deployment would be.
 * @param analysisTemplate Name of the AnalysisTemplate.
 */
export function rolloutSpec(
    deployment: types.input.apps.v1.DeploymentSpec,
    mesh: CanaryMesh,
    canary: CanarySettings,
    analysisTemplate: string,
) {
    const { replicas, revisionHistoryLimit, selector, minReadySeconds, template } = deployment;
    return {
        replicas,
        revisionHistoryLimit,
        selector,
        ...(minReadySeconds === undefined ? {} : { minReadySeconds }),
        progressDeadlineSeconds: canaryDeadline(mesh, canary),
        // The default of Argo Rollouts leaves a version that does not start where it is.
        progressDeadlineAbort: canary.onFailure === "abort",
        analysis: KEPT_RUNS,
        strategy: {
            canary: {
                // Never fewer pods than wanted; the default of Argo Rollouts takes 25 % away first.
                maxSurge: 1,
                maxUnavailable: 0,
                steps: canarySteps(mesh, canary),
                ...(canary.analysis.enabled ? { analysis: backgroundAnalysis(analysisTemplate) } : {}),
            },
        },
        template,
    };
}

/** Steps of the canary: a weight, and the pause after it. */
export function canarySteps(mesh: CanaryMesh, { steps, analysis }: CanarySettings): RolloutStep[] {
    const measured = analysis.enabled ? `${measuringSeconds(analysis)}s` : undefined;
    const given =
        steps ??
        defaultWeights(minimumReplicas(mesh)).map((weight) => ({ weight, approval: false, pauseSeconds: undefined }));
    return given.flatMap(({ weight, pauseSeconds, approval }) => {
        const duration = approval ? undefined : pauseSeconds === undefined ? measured : `${pauseSeconds}s`;
        return [{ setWeight: weight }, { pause: duration === undefined ? {} : { duration } }];
    });
}

/**
 * The analysis runs from the first new pod on, beside the steps: an analysis that is a step itself waits for pods that a
 * crash loop never makes available.
 */
function backgroundAnalysis(templateName: string) {
    return {
        templates: [{ templateName }],
        args: [{ name: HASH_ARGUMENT, valueFrom: { podTemplateHashValue: "Latest" } }],
    };
}
