import { z } from "zod";

const state = z.object({
    waiting: z.object({ reason: z.string().default(""), message: z.string().default("") }).optional(),
    terminated: z
        .object({ exitCode: z.number(), reason: z.string().default(""), message: z.string().default("") })
        .optional(),
});

const containerStatus = z.object({ name: z.string(), restartCount: z.number().default(0), state: state.prefault({}) });

/** A pod, as far as a run looks at it. */
export const podSchema = z.object({
    metadata: z.object({ name: z.string(), creationTimestamp: z.coerce.date() }),
    spec: z.object({ nodeName: z.string().default("") }).prefault({}),
    status: z
        .object({
            phase: z.string().default("Pending"),
            podIP: z.string().default(""),
            conditions: z
                .array(z.object({ type: z.string(), status: z.string(), message: z.string().default("") }))
                .default([]),
            initContainerStatuses: z.array(containerStatus).default([]),
            containerStatuses: z.array(containerStatus).default([]),
        })
        .prefault({}),
});

/** A pod, as far as a run looks at it. */
export type PodState = z.output<typeof podSchema>;

/** A probe pod's image has no Python 3, so that nothing can be said about the cluster. */
export class NoPython extends Error {}

/** Waiting reasons that do not resolve without intervention. */
const HOPELESS = new Set(["InvalidImageName", "ErrImageNeverPull", "CreateContainerConfigError"]);

/** Why a pod can make no further progress; `undefined` while it can. */
export function fatal({ status }: PodState): Error | undefined {
    for (const { name, state: now } of [...status.initContainerStatuses, ...status.containerStatuses]) {
        const reason = `${now.waiting?.reason ?? now.terminated?.reason ?? ""}: ${now.waiting?.message ?? now.terminated?.message ?? ""}`;
        // Message of containerd and CRI-O about a command that the image does not contain.
        if (name === "probe" && /python3.*(not found|no such file)/is.test(reason)) {
            return new NoPython("the image has no python3");
        }
        if (HOPELESS.has(now.waiting?.reason ?? "")) {
            return new Error(`container ${name}: ${reason}`);
        }
    }
    return undefined;
}

/** What a pod is waiting for, as reported by the scheduler or the kubelet. */
export function waitsFor({ status }: PodState): string {
    const unscheduled = status.conditions.find(({ type, status: is }) => type === "PodScheduled" && is === "False");
    if (unscheduled !== undefined) {
        return `not scheduled: ${unscheduled.message}`;
    }
    const waiting = [...status.initContainerStatuses, ...status.containerStatuses]
        .flatMap(({ name, state: { waiting: now, terminated } }) => [
            ...(now === undefined ? [] : [`${name} waits: ${now.reason} ${now.message}`.trim()]),
            ...(terminated === undefined || terminated.exitCode === 0
                ? []
                : [`${name} ended with ${terminated.exitCode}`]),
        ])
        .at(0);
    return waiting ?? `phase ${status.phase}`;
}
