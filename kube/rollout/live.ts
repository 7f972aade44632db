import { z } from "zod";
import { CannotRun } from "../../errors";

const step = z.object({
    setWeight: z.number().optional(),
    pause: z.object({ duration: z.union([z.string(), z.number()]).optional() }).optional(),
});

const analysisRun = z.object({ name: z.string(), status: z.string(), message: z.string().default("") }).optional();

const rolloutSchema = z.object({
    metadata: z.object({ name: z.string(), generation: z.number() }),
    spec: z.object({
        replicas: z.number().default(1),
        strategy: z
            .object({
                canary: z.object({ steps: z.array(step).default([]) }).optional(),
                blueGreen: z.object({}).optional(),
            })
            .refine(({ canary, blueGreen }) => canary !== undefined || blueGreen !== undefined),
    }),
    status: z
        .object({
            // The controller writes the generation as a text, where other kinds have a number.
            observedGeneration: z.string().default(""),
            phase: z.string().default(""),
            message: z.string().default(""),
            abort: z.boolean().default(false),
            pauseConditions: z.array(z.object({ reason: z.string() })).default([]),
            currentStepIndex: z.number().optional(),
            currentPodHash: z.string().default(""),
            stableRS: z.string().default(""),
            updatedReplicas: z.number().default(0),
            availableReplicas: z.number().default(0),
            canary: z.object({ currentBackgroundAnalysisRunStatus: analysisRun }).default({}),
            blueGreen: z
                .object({
                    activeSelector: z.string().default(""),
                    prePromotionAnalysisRunStatus: analysisRun,
                    postPromotionAnalysisRunStatus: analysisRun,
                })
                .prefault({}),
        })
        .prefault({}),
});

/** A live Rollout, as far as commands look at it. */
export type LiveRollout = z.output<typeof rolloutSchema>;

/** Resource that kubectl is asked for. */
export const RESOURCE = "rollouts.argoproj.io";

/** What has become of the newest version. */
export type DeliveryState =
    /** The controller has not looked at the newest settings. */
    | "unseen"
    /** All pods are of the newest version. */
    | "delivered"
    /** Steps are taken; with blue/green its pods start, or it is judged before or after the switch. */
    | "progressing"
    /** A person has to decide. */
    | "waiting"
    /** The controller goes no further, and has not gone back either: a deadline with `onFailure` pause, or an invalid Rollout. */
    | "stopped"
    /** The old version serves. */
    | "aborted";

/** Reads what kubectl printed. @throws CannotRun when it is no Rollout with canaries or blue/green. */
export function parseRollout(text: string): LiveRollout {
    const rollout = rolloutOf(JSON.parse(text));
    if (rollout === undefined) {
        throw new CannotRun("the object is no Rollout with canaries or blue/green", "npx x0 diff");
    }
    return rollout;
}

/** An object as a Rollout; `undefined` when it is none with canaries or blue/green. */
export function rolloutOf(object: unknown): LiveRollout | undefined {
    return rolloutSchema.safeParse(object).data;
}

/** Steps of a canary; none with blue/green. */
export function stepsOf({ spec }: LiveRollout) {
    return spec.strategy.canary?.steps ?? [];
}

/** Reason of a pause without a verdict; `PauseReasonInconclusiveAnalysis` in pkg/apis/rollouts/v1alpha1/types.go. */
const INCONCLUSIVE = "InconclusiveAnalysisRun";

/** Whether the newest analysis gave no verdict, so that a person decides. */
export function isInconclusive({ status }: LiveRollout): boolean {
    return status.pauseConditions.some(({ reason }) => reason === INCONCLUSIVE);
}

/**
 * What has become of the newest version. The generation is compared first: until the controller has seen it, everything
 * else in the status is about the version before.
 */
export function stateOf(live: LiveRollout): DeliveryState {
    const { metadata, spec, status } = live;
    if (status.observedGeneration !== String(metadata.generation)) {
        return "unseen";
    }
    if (status.abort) {
        return "aborted";
    }
    switch (status.phase) {
        case "Degraded":
            return "stopped";
        case "Healthy":
            return "delivered";
        case "Paused":
            return spec.strategy.canary !== undefined && isTimed(live) && !isInconclusive(live)
                ? "progressing"
                : "waiting";
        default:
            return "progressing";
    }
}

/** Whether the step that a canary is at ends by itself. Blue/green has no pause of that kind here. */
function isTimed(live: LiveRollout): boolean {
    return stepsOf(live)[live.status.currentStepIndex ?? 0]?.pause?.duration !== undefined;
}
