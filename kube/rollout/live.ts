import { z } from "zod";
import { CannotRun } from "../../errors";

const step = z.object({
    setWeight: z.number().optional(),
    pause: z.object({ duration: z.union([z.string(), z.number()]).optional() }).optional(),
});

const rolloutSchema = z.object({
    metadata: z.object({ name: z.string(), generation: z.number() }),
    spec: z.object({
        replicas: z.number().default(1),
        strategy: z.object({ canary: z.object({ steps: z.array(step).default([]) }) }),
    }),
    status: z
        .object({
            // The controller writes the generation as a text, where other kinds have a number.
            observedGeneration: z.string().default(""),
            phase: z.string().default(""),
            message: z.string().default(""),
            abort: z.boolean().default(false),
            controllerPause: z.boolean().default(false),
            pauseConditions: z.array(z.object({ reason: z.string() })).default([]),
            currentStepIndex: z.number().optional(),
            currentPodHash: z.string().default(""),
            stableRS: z.string().default(""),
            updatedReplicas: z.number().default(0),
            availableReplicas: z.number().default(0),
            canary: z
                .object({
                    currentBackgroundAnalysisRunStatus: z
                        .object({ name: z.string(), status: z.string(), message: z.string().default("") })
                        .optional(),
                })
                .default({}),
        })
        .prefault({}),
});

/** A live Rollout, as far as commands look at it. */
export type LiveRollout = z.output<typeof rolloutSchema>;

/** Resource that kubectl is asked for. */
export const RESOURCE = "rollouts.argoproj.io";

/** What has become of the newest version. */
export type CanaryState =
    /** The controller has not looked at the newest settings. */
    | "unseen"
    /** All pods are of the newest version. */
    | "delivered"
    /** Steps are taken. */
    | "progressing"
    /** A person has to decide. */
    | "waiting"
    /** The old version serves. */
    | "aborted";

/** Reads what kubectl printed. @throws CannotRun when it is no Rollout with canaries. */
export function parseRollout(text: string): LiveRollout {
    const result = rolloutSchema.safeParse(JSON.parse(text));
    if (!result.success) {
        throw new CannotRun("the object is no Rollout with canaries", "npx x0 diff");
    }
    return result.data;
}

/**
 * What has become of the newest version. The generation is compared first: until the controller has seen it, everything
 * else in the status is about the version before.
 */
export function stateOf({ metadata, spec, status }: LiveRollout): CanaryState {
    if (status.observedGeneration !== String(metadata.generation)) {
        return "unseen";
    }
    if (status.abort || status.phase === "Degraded") {
        return "aborted";
    }
    if (status.phase === "Healthy") {
        return "delivered";
    }
    const { pause } = spec.strategy.canary.steps[status.currentStepIndex ?? 0] ?? {};
    const timed = pause?.duration !== undefined;
    const inconclusive = status.pauseConditions.some(({ reason }) => reason === "InconclusiveAnalysis");
    return status.phase === "Paused" && (inconclusive || !timed) ? "waiting" : "progressing";
}
