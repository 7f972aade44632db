import { fault } from "../shared/constraints";
import { parseDuration } from "../shared/duration";
import type { Fault } from "../shared/faults";
import { actualWeight, isWhole, wholeWeights } from "./canaryPods";
import { type CanarySettings, isRollout, type RolloutSettings } from "./delivery";
import { minimumReplicas } from "./replicas";
import type { MeshSettings } from "./schema";
import { longestStart } from "./startTime";

/** What a constraint on a Rollout may depend on. */
interface RolloutInput {
    readonly stack: string;
    readonly mesh: MeshSettings;
    readonly rollout: RolloutSettings;
}

/** What a constraint on a canary may depend on. */
interface CanaryInput extends RolloutInput {
    readonly canary: CanarySettings;
}

/** Faults of a Rollout's settings that are valid by themselves but not together. */
export function deliveryFaults({ stack, mesh }: { readonly stack: string; readonly mesh: MeshSettings }): Fault[] {
    const { delivery } = mesh;
    if (!isRollout(delivery)) {
        return [];
    }
    const input = { stack, mesh, rollout: delivery };
    const ofSteps =
        delivery.type === "canary"
            ? [weightsAreWhole, weightsRise, pausesAreMeasured].flatMap((constraint) =>
                  constraint({ ...input, canary: delivery }),
              )
            : [];
    return [
        ...ofSteps,
        ...[deadlineCoversStart, startIsApart, volumeIsShareable].flatMap((constraint) => constraint(input)),
    ];
}

/** A weight that whole pods do not make would be another one in the cluster: 20 % of 2 pods are 1 pod, 50 %. */
function weightsAreWhole({ stack, mesh, canary }: CanaryInput): Fault[] {
    const replicas = minimumReplicas(mesh);
    const setting = mesh.autoscaling.enabled ? "mesh.autoscaling.minReplicas" : "mesh.replicas";
    const whole = wholeWeights(replicas);
    return (canary.steps ?? []).flatMap(({ weight }, index) => {
        if (isWhole(replicas, weight)) {
            return [];
        }
        const nearest = whole.reduce((found, one) => (Math.abs(one - weight) < Math.abs(found - weight) ? one : found));
        return [
            fault(
                stack,
                `mesh.delivery.steps[${index}].weight`,
                weight,
                `a share that whole pods make: with ${setting} ${replicas} it would be ${Math.round(actualWeight(replicas, weight))} %; ` +
                    `possible are e.g. ${whole.slice(0, 9).join(", ")}`,
                nearest,
            ),
        ];
    });
}

function weightsRise({ stack, canary: { steps = [] } }: CanaryInput): Fault[] {
    return steps.flatMap(({ weight }, index) => {
        const before = steps[index - 1]?.weight ?? 0;
        return weight > before
            ? []
            : [
                  fault(
                      stack,
                      `mesh.delivery.steps[${index}].weight`,
                      weight,
                      `above the weight of the step before (${before})`,
                      "WEIGHT",
                  ),
              ];
    });
}

/** A step that ends before its measurements are taken would let a bad version pass unseen. */
function pausesAreMeasured({ stack, canary: { steps = [], analysis } }: CanaryInput): Fault[] {
    const needed = measuringSeconds(analysis);
    return steps.flatMap(({ pauseSeconds, approval }, index) => {
        const key = `mesh.delivery.steps[${index}].pauseSeconds`;
        if (approval && pauseSeconds !== undefined) {
            return [
                fault(
                    stack,
                    `mesh.delivery.steps[${index}].approval`,
                    approval,
                    "false where pauseSeconds is set",
                    false,
                ),
            ];
        }
        return pauseSeconds === undefined || !analysis.enabled || pauseSeconds >= needed
            ? []
            : [
                  fault(
                      stack,
                      key,
                      pauseSeconds,
                      `at least ${needed}: mesh.delivery.analysis takes ${analysis.count} measurements, one every ${analysis.interval}`,
                      needed,
                  ),
              ];
    });
}

/** Time that the measurements of a step, or before or after a switch, take (s). */
export function measuringSeconds({ interval, count }: RolloutSettings["analysis"]): number {
    return (parseDuration(interval) ?? 0) * count;
}

/** Deadline of a new version (s). */
export function rolloutDeadline(
    { progressDeadlineSeconds }: Pick<MeshSettings, "progressDeadlineSeconds">,
    { deadlineSeconds }: RolloutSettings,
): number {
    return deadlineSeconds ?? progressDeadlineSeconds;
}

/** An earlier deadline would abort a version whose pods still start. */
function deadlineCoversStart({ stack, mesh, rollout }: RolloutInput): Fault[] {
    const needed = longestStart(mesh);
    // That of mesh.progressDeadlineSeconds has a constraint of its own.
    return rollout.deadlineSeconds === undefined || rollout.deadlineSeconds > needed
        ? []
        : [
              fault(
                  stack,
                  "mesh.delivery.deadlineSeconds",
                  rollout.deadlineSeconds,
                  `above ${needed}: so many seconds mesh.probes and mesh.minReadySeconds (${mesh.minReadySeconds}) let a pod start`,
                  needed + 300,
              ),
          ];
}

/** Without a startup probe, readiness is asked while the app starts, and each refusal counts as a failed request. */
function startIsApart({ stack, mesh: { probes }, rollout }: RolloutInput): Fault[] {
    return rollout.analysis.enabled && !probes.startup.enabled
        ? [
              fault(
                  stack,
                  "mesh.probes.startup.enabled",
                  false,
                  "true while mesh.delivery.analysis is on, or the failed probes of every start would count against the new version",
                  true,
              ),
          ]
        : [];
}

/** Both versions run at the same time, so both must be able to mount the volume. */
function volumeIsShareable({ stack, mesh: { data }, rollout }: RolloutInput): Fault[] {
    return data.type === "existingClaim" && data.accessMode !== "ReadWriteMany"
        ? [
              fault(
                  stack,
                  "mesh.data.accessMode",
                  data.accessMode,
                  `ReadWriteMany while mesh.delivery.type is ${rollout.type}: pods of both versions mount mesh.data.claimName`,
                  "ReadWriteMany",
              ),
          ]
        : [];
}
