import type { types } from "@pulumi/kubernetes";
import { defaultWeights } from "../../settings/mesh/canaryPods";
import type { BlueGreenSettings, CanarySettings, RolloutSettings } from "../../settings/mesh/delivery";
import { measuringSeconds, rolloutDeadline } from "../../settings/mesh/deliveryConstraints";
import { minimumReplicas } from "../../settings/mesh/replicas";
import type { MeshSettings } from "../../settings/schema";
import { HASH_ARGUMENT } from "./analysis";

/** Settings of the mesh that a Rollout depends on. */
type RolloutMesh = Pick<MeshSettings, "autoscaling" | "replicas" | "progressDeadlineSeconds">;

/** A step of a Rollout. */
type RolloutStep = { readonly setWeight: number } | { readonly pause: { readonly duration?: string } };

/** Names of objects that a Rollout refers to. */
interface RolloutNames {
    /** AnalysisTemplate. */
    readonly analysis: string;
    /** Service of the mesh, which blue/green switches. */
    readonly app: string;
    /** Service of the pods before the switch. */
    readonly previewService: string;
}

/** Completed and failed runs of the analysis that are kept; the controller's default is 5 and 5. */
const KEPT_RUNS = { successfulRunHistoryLimit: 3, unsuccessfulRunHistoryLimit: 5 } as const;

/**
 * `spec` of the Rollout that takes the place of a Deployment: its pods, selector and history are the Deployment's own, so
 * that both make the same pods and either can follow the other.
 * @param deployment What the Deployment would be.
 * @param names What it refers to.
 */
export function rolloutSpec(
    deployment: types.input.apps.v1.DeploymentSpec,
    mesh: RolloutMesh,
    delivery: RolloutSettings,
    names: RolloutNames,
) {
    const { replicas, revisionHistoryLimit, selector, minReadySeconds, template } = deployment;
    return {
        replicas,
        revisionHistoryLimit,
        selector,
        ...(minReadySeconds === undefined ? {} : { minReadySeconds }),
        progressDeadlineSeconds: rolloutDeadline(mesh, delivery),
        // The default of Argo Rollouts leaves a version that does not start where it is.
        progressDeadlineAbort: delivery.onFailure === "abort",
        analysis: KEPT_RUNS,
        strategy:
            delivery.type === "canary"
                ? { canary: canaryStrategy(mesh, delivery, names) }
                : { blueGreen: blueGreenStrategy(delivery, names) },
        template,
    };
}

function canaryStrategy(mesh: RolloutMesh, canary: CanarySettings, { analysis }: RolloutNames) {
    return {
        // Never fewer pods than wanted; the default of Argo Rollouts takes 25 % away first.
        maxSurge: 1,
        maxUnavailable: 0,
        steps: canarySteps(mesh, canary),
        // It runs from the first new pod on, beside the steps: an analysis that is a step itself waits for pods that a crash
        // loop never makes available.
        ...(canary.analysis.enabled ? { analysis: analysisOf(analysis) } : {}),
    };
}

/**
 * Blue/green. Before the switch the new pods get no requests of users, so that their probes are what is measured; after it
 * they get all of them, and a failed analysis switches back. The old pods stay until that one has passed.
 */
export function blueGreenStrategy(
    { autoPromotion, scaleDownDelaySeconds, analysis }: BlueGreenSettings,
    names: RolloutNames,
) {
    return {
        activeService: names.app,
        previewService: names.previewService,
        autoPromotionEnabled: autoPromotion,
        scaleDownDelaySeconds,
        // Versions in quick succession would otherwise each keep all their pods for that time.
        scaleDownDelayRevisionLimit: 1,
        ...(analysis.enabled
            ? {
                  prePromotionAnalysis: analysisOf(names.analysis),
                  postPromotionAnalysis: analysisOf(names.analysis),
              }
            : {}),
    };
}

/** Steps of the canary: a weight, and the pause after it. */
export function canarySteps(mesh: RolloutMesh, { steps, analysis }: CanarySettings): RolloutStep[] {
    const measured = analysis.enabled ? `${measuringSeconds(analysis)}s` : undefined;
    const given =
        steps ??
        defaultWeights(minimumReplicas(mesh)).map((weight) => ({ weight, approval: false, pauseSeconds: undefined }));
    return given.flatMap(({ weight, pauseSeconds, approval }) => {
        const duration = approval ? undefined : pauseSeconds === undefined ? measured : `${pauseSeconds}s`;
        return [{ setWeight: weight }, { pause: duration === undefined ? {} : { duration } }];
    });
}

/** An analysis of the new pods by the template. */
function analysisOf(templateName: string) {
    return {
        templates: [{ templateName }],
        args: [{ name: HASH_ARGUMENT, valueFrom: { podTemplateHashValue: "Latest" } }],
    };
}
