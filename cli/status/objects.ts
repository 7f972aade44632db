import { z } from "zod";
import { API_VERSION as ROLLOUTS_API } from "../../components/delivery/names";
import { rolloutOf, stateOf as deliveryState } from "../../kube/rollout/live";
import { rolloutLine } from "../../kube/rollout/report";

const metadata = z.object({
    name: z.string(),
    namespace: z.string().optional(),
    deletionTimestamp: z.string().optional(),
});

const count = z
    .number()
    .nullish()
    .transform((value) => value ?? 0);

const listSchema = z.object({ items: z.array(z.unknown()) });

const workloadsSchema = z.object({
    items: z.array(
        z.object({
            metadata,
            spec: z.object({ replicas: z.number().nullish() }).loose().optional(),
            status: z
                .object({
                    readyReplicas: count,
                    numberReady: count,
                    desiredNumberScheduled: count,
                    updatedReplicas: count,
                })
                .partial()
                .optional(),
        }),
    ),
});

/** A Deployment, StatefulSet, DaemonSet or Rollout. */
export interface WorkloadStatus {
    readonly kind: string;
    readonly namespace: string;
    readonly name: string;
    readonly ready: number;
    /** Desired number of pods; `undefined` when the object itself is missing. */
    readonly desired: number | undefined;
    /** What has become of the newest version, for a Rollout whose pods are not all of it. */
    readonly delivery?: { readonly text: string; readonly failed: boolean };
}

/** Kinds of workloads, and their names in API paths. */
export const WORKLOADS = {
    Deployment: "deployments",
    StatefulSet: "statefulsets",
    DaemonSet: "daemonsets",
    Rollout: "rollouts",
} as const;

/** API group and version of a kind of workloads. */
export function groupOf(kind: keyof typeof WORKLOADS): string {
    return kind === "Rollout" ? ROLLOUTS_API : "apps/v1";
}

/** Reads a list of workloads of one kind. */
export function workloadsIn(kind: keyof typeof WORKLOADS, list: unknown): WorkloadStatus[] {
    const whole = listSchema.parse(list).items;
    return workloadsSchema.parse(list).items.map((item, index) => {
        const {
            metadata: { name, namespace = "" },
            spec,
            status,
        } = item;
        return {
            kind,
            namespace,
            name,
            ready: (kind === "DaemonSet" ? status?.numberReady : status?.readyReplicas) ?? 0,
            desired: kind === "DaemonSet" ? (status?.desiredNumberScheduled ?? 0) : (spec?.replicas ?? 1),
            ...(kind === "Rollout" ? deliveryOf(whole[index]) : {}),
        };
    });
}

/** What has become of a Rollout's newest version; nothing once it is delivered. */
function deliveryOf(object: unknown): Pick<WorkloadStatus, "delivery"> {
    const live = rolloutOf(object);
    const state = live === undefined ? "delivered" : deliveryState(live);
    if (live === undefined || state === "delivered") {
        return {};
    }
    return { delivery: { text: rolloutLine(live), failed: state === "aborted" || state === "stopped" } };
}

const containerState = z
    .object({
        waiting: z.object({ reason: z.string().optional(), message: z.string().optional() }).optional(),
        terminated: z
            .object({ reason: z.string().optional(), message: z.string().optional(), exitCode: z.number() })
            .optional(),
    })
    .optional();

const containerStatuses = z
    .array(
        z.object({
            name: z.string(),
            ready: z.boolean(),
            restartCount: z.number(),
            state: containerState,
            lastState: containerState,
        }),
    )
    .nullish();

const podsSchema = z.object({
    items: z.array(
        z.object({
            metadata: metadata.extend({ creationTimestamp: z.string() }),
            status: z
                .object({
                    phase: z.string().optional(),
                    reason: z.string().optional(),
                    message: z.string().optional(),
                    conditions: z
                        .array(
                            z.object({
                                type: z.string(),
                                status: z.string(),
                                reason: z.string().optional(),
                                message: z.string().optional(),
                            }),
                        )
                        .nullish(),
                    initContainerStatuses: containerStatuses,
                    containerStatuses,
                })
                .optional(),
        }),
    ),
});

type LivePod = z.output<typeof podsSchema>["items"][number];
type LiveContainer = NonNullable<z.output<typeof containerStatuses>>[number];

/** A pod, and why it is not ready. */
export interface Pod {
    readonly namespace: string;
    readonly name: string;
    readonly ready: boolean;
    /** Restarts of all its containers. */
    readonly restarts: number;
    /** As in kubectl's STATUS column: the phase, or the reason of a waiting or terminated container. */
    readonly state: string;
    /** Reason reported by Kubernetes; empty for a healthy pod. */
    readonly message: string;
    readonly createdAt: Date;
}

/** Reads a list of pods. */
export function podsIn(list: unknown): Pod[] {
    return podsSchema.parse(list).items.map((pod) => {
        const { metadata: meta, status } = pod;
        const containers = status?.containerStatuses ?? [];
        const all = [...(status?.initContainerStatuses ?? []), ...containers];
        const succeeded = status?.phase === "Succeeded";
        const ready = succeeded || (containers.length > 0 && containers.every((container) => container.ready));
        return {
            namespace: meta.namespace ?? "",
            name: meta.name,
            ready: ready && meta.deletionTimestamp === undefined,
            restarts: all.reduce((sum, { restartCount }) => sum + restartCount, 0),
            ...stateOf(pod, all, ready),
            createdAt: new Date(meta.creationTimestamp),
        };
    });
}

function stateOf({ metadata: meta, status }: LivePod, containers: readonly LiveContainer[], ready: boolean) {
    if (meta.deletionTimestamp !== undefined) {
        return { state: "Terminating", message: "" };
    }
    const stuck = containers.find(
        ({ state }) => state?.waiting !== undefined && state.waiting.reason !== "PodInitializing",
    );
    const failed = containers.find(({ state }) => state?.terminated !== undefined && state.terminated.exitCode !== 0);
    const waiting = stuck?.state?.waiting;
    const terminated = failed?.state?.terminated;
    if (waiting !== undefined) {
        const last = stuck?.lastState?.terminated;
        const before = last === undefined ? "" : `last exit: ${last.reason ?? ""} (${last.exitCode})`;
        return {
            state: waiting.reason ?? "Waiting",
            message: join(stuck?.name, waiting.message, before),
        };
    }
    if (terminated !== undefined) {
        return {
            state: terminated.reason ?? "Error",
            message: join(failed?.name, terminated.message, `exit code ${terminated.exitCode}`),
        };
    }
    const blocked = status?.conditions?.find(({ type, status: met }) => type === "PodScheduled" && met === "False");
    if (blocked !== undefined) {
        return { state: blocked.reason ?? "Pending", message: blocked.message ?? "" };
    }
    const unready = containers.filter((container) => !container.ready).map(({ name }) => name);
    return {
        state: status?.reason ?? status?.phase ?? "Unknown",
        message: ready ? "" : (status?.message ?? (unready.length > 0 ? `not ready: ${unready.join(", ")}` : "")),
    };
}

function join(container: string | undefined, ...texts: readonly (string | undefined)[]): string {
    return [`container ${container ?? ""}`, ...texts.filter((text) => text !== undefined && text !== "")].join("; ");
}

const eventsSchema = z.object({
    items: z.array(
        z.object({
            metadata: z.object({ creationTimestamp: z.string().nullish() }),
            involvedObject: z.object({ kind: z.string().optional(), name: z.string().optional() }),
            reason: z.string().optional(),
            message: z.string().optional(),
            count: z.number().nullish(),
            lastTimestamp: z.string().nullish(),
            eventTime: z.string().nullish(),
            series: z.object({ count: z.number(), lastObservedTime: z.string() }).nullish(),
        }),
    ),
});

/** A warning event. */
export interface Warning {
    readonly object: string;
    readonly reason: string;
    readonly message: string;
    readonly count: number;
    readonly at: Date;
}

/** Reads a list of events. */
export function warningsIn(list: unknown): Warning[] {
    return eventsSchema.parse(list).items.map((event) => ({
        object: `${event.involvedObject.kind ?? ""} ${event.involvedObject.name ?? ""}`,
        reason: event.reason ?? "",
        message: (event.message ?? "").replaceAll(/\s+/g, " ").trim(),
        count: event.series?.count ?? event.count ?? 1,
        at: new Date(
            event.series?.lastObservedTime ??
                event.lastTimestamp ??
                event.eventTime ??
                event.metadata.creationTimestamp ??
                0,
        ),
    }));
}

const alertsSchema = z.array(
    z.object({
        labels: z.record(z.string(), z.string()),
        annotations: z.record(z.string(), z.string()).default({}),
        startsAt: z.string(),
    }),
);

/** A firing alert. */
export interface FiringAlert {
    readonly name: string;
    readonly severity: string;
    readonly summary: string;
    readonly since: Date;
}

/** Most urgent first. */
const SEVERITIES = ["critical", "warning", "info", "none"];

/** Reads Alertmanager's answer. The always-firing Watchdog alert is left out. */
export function alertsIn(answer: unknown): FiringAlert[] {
    const rank = ({ severity }: FiringAlert) => (SEVERITIES.includes(severity) ? SEVERITIES.indexOf(severity) : 1);
    return alertsSchema
        .parse(answer)
        .map(({ labels, annotations, startsAt }) => ({
            name: labels.alertname ?? "",
            severity: labels.severity ?? "none",
            summary: annotations.summary ?? annotations.description ?? "",
            since: new Date(startsAt),
        }))
        .filter(({ name }) => name !== "Watchdog" && name !== "InfoInhibitor")
        .sort((a, b) => rank(a) - rank(b));
}
