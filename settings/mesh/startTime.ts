import { fault } from "../shared/constraints";
import { type Fault, removeCommand } from "../shared/faults";
import { described } from "../shared/given";
import { MAX_SECONDS } from "../shared/primitives";
import type { MeshSettings } from "./schema";

type StartSettings = Pick<MeshSettings, "probes" | "minReadySeconds">;

/** Time that a suggested deadline reserves for what precedes the container: volume, image, identity (s). */
const BEFORE_START_SECONDS = 300;

/** Time (s) between two probes: one that is slower than its period delays the next. */
function interval({ periodSeconds, timeoutSeconds }: MeshSettings["probes"]["readiness"]): number {
    return Math.max(periodSeconds, timeoutSeconds);
}

/** Longest time that the startup probe lets the app start (s); 0 without one. */
export function startupSeconds({ startup }: MeshSettings["probes"]): number {
    return startup.enabled ? startup.initialDelaySeconds + interval(startup) * startup.failureThreshold : 0;
}

/**
 * Longest time from the start of the container until its pod counts as available, as far as the settings allow it (s):
 * the startup probe, the first readiness probe, and `minReadySeconds`. The delays of both probes count from the start of the
 * container. Without a startup probe nothing bounds a start but the liveness probe, so this is then the shortest time.
 */
export function longestStart({ probes, minReadySeconds }: StartSettings): number {
    const { readiness } = probes;
    return Math.max(startupSeconds(probes), readiness.initialDelaySeconds) + interval(readiness) + minReadySeconds;
}

/**
 * A deadline shorter than the time that a pod can take to start would report a rollout as failed while it is still in
 * progress. Pulling the image and waiting for the identity count as well; no setting says how long they take.
 */
export function startWithinDeadline({ stack, mesh }: { stack: string; mesh: MeshSettings }): Fault[] {
    const needed = longestStart(mesh);
    if (mesh.progressDeadlineSeconds > needed) {
        return [];
    }
    return needed < MAX_SECONDS
        ? [
              fault(
                  stack,
                  "mesh.progressDeadlineSeconds",
                  mesh.progressDeadlineSeconds,
                  `above ${needed}: so many seconds mesh.probes and mesh.minReadySeconds (${mesh.minReadySeconds}) let a pod start`,
                  Math.min(needed + BEFORE_START_SECONDS, MAX_SECONDS),
              ),
          ]
        : [noDeadline(stack, mesh)];
}

/** Fault of start times that no deadline can exceed: reports the setting with the larger part of the time. */
function noDeadline(stack: string, { probes, minReadySeconds }: StartSettings): Fault {
    const [key, value] =
        minReadySeconds > longestStart({ probes, minReadySeconds: 0 })
            ? ["mesh.minReadySeconds", minReadySeconds]
            : ["mesh.probes", probes];
    return {
        key,
        given: described(value),
        allowed: `so short that a pod can be available within ${MAX_SECONDS} s, the most that mesh.progressDeadlineSeconds may be`,
        fix: removeCommand(stack, key),
    };
}
