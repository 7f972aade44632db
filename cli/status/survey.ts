import type { Read } from "../../kube/read";
import { readHistory, type Update } from "../../engine/history";
import { type Holder, holderOf, type Lock, readLocks } from "../../engine/lock";
import { messageOf } from "../../errors";
import type { Place } from "../../engine/place";
import { describeResource, objectNameOf, RELEASE_TYPE, type Resource } from "../../engine/state";
import { portNotes } from "./ports";
import type { OpenCluster, Target } from "../../engine/target";
import {
    type FiringAlert,
    alertsIn,
    groupOf,
    type Pod,
    podsIn,
    type Warning,
    warningsIn,
    type WorkloadStatus,
    WORKLOADS,
    workloadsIn,
} from "./objects";

/** How far back warnings are shown (ms). */
const WARNINGS_MS = 60 * 60_000;

/** Parts of the platform, by component type. */
const PARTS = { Mesh: "x0tta6bl4:mesh:", SPIRE: "x0tta6bl4:spire:", Monitoring: "x0tta6bl4:monitoring:" } as const;

/** Name of a part. */
export type PartName = keyof typeof PARTS;

/** The stack in Pulumi. */
export interface StackSummary {
    readonly name: string;
    readonly embedded: boolean;
    readonly target: Target;
    readonly resources: number;
    /** Pending operations, e.g. `creating Deployment ...`. */
    readonly pending: readonly string[];
    /** The last update that ended. */
    readonly last: Update | undefined;
    /** Holder of the lock, and whether that process still runs; `undefined` if the backend does not show it. */
    readonly locks: readonly (Lock & { readonly holder: Holder })[] | undefined;
}

/** A part of the platform, as found in the cluster. */
export interface Part {
    readonly name: PartName;
    readonly namespaces: readonly string[];
    readonly workloads: readonly WorkloadStatus[];
    readonly pods: readonly Pod[];
}

/** Firing alerts, or the reason why they are not known. */
export type Alerts = { readonly firing: readonly FiringAlert[] } | { readonly unknown: string };

/** Everything that `npx x0 status` shows. */
export interface Survey {
    readonly stack: StackSummary;
    readonly parts: readonly Part[];
    readonly alerts: Alerts;
    readonly warnings: readonly Warning[];
    /** Anomalies of the cluster, and what could not be read. */
    readonly notes: readonly string[];
    /** Whether none of the above needs attention. */
    readonly healthy: boolean;
}

/** Reads the state of a stack and its cluster. Changes nothing. */
export async function survey(place: Place, cluster: OpenCluster, now: Date): Promise<Survey> {
    const blind = new Set<string>();
    const read: Read = async (path) => {
        const answer = await cluster.read(path);
        if (!answer.seen) {
            blind.add(path.replace(/\?.*/, ""));
        }
        return answer;
    };
    const [stack, parts] = await Promise.all([stackFacts(place, cluster.target), Promise.all(partsOf(place, read))]);
    const [alerts, warnings] = await Promise.all([
        findAlerts(parts, cluster.read),
        findWarnings(
            parts.flatMap(({ namespaces }) => namespaces),
            read,
            now,
        ),
    ]);
    const ports = await portNotes(place, cluster, parts);
    const notes = [...cluster.notes, ...ports, ...(blind.size === 0 ? [] : [blindNote([...blind])])];
    return { stack, parts, alerts, warnings, notes, healthy: isHealthy(stack, parts, alerts) && notes.length === 0 };
}

/** Description of what could not be read: kinds, then namespaces. */
function blindNote(paths: readonly string[]): string {
    const part = (pattern: RegExp) =>
        [...new Set(paths.map((path) => pattern.exec(path)?.[1] ?? path))].sort().join(", ");
    return `your user cannot list: ${part(/\/([^/]+)$/)} (namespaces ${part(/\/namespaces\/([^/]+)/)})`;
}

async function stackFacts(place: Place, target: Target): Promise<StackSummary> {
    const { stack, embedded, state } = place;
    const [url, [last]] = await Promise.all([place.cli.backendUrl(), readHistory(place, 1)]);
    const found = readLocks(url, stack);
    return {
        name: stack,
        embedded,
        target,
        resources: state.resources.length,
        pending: state.pending.map(({ type, resource }) => `${type} ${describeResource(resource)}`),
        last,
        locks: found.shown
            ? await Promise.all(found.locks.map(async (lock) => ({ ...lock, holder: await holderOf(lock) })))
            : undefined,
    };
}

function isHealthy({ pending, last, locks }: StackSummary, parts: readonly Part[], alerts: Alerts): boolean {
    const stackOk = pending.length === 0 && last?.result !== "failed" && (locks ?? []).length === 0;
    const partsOk = parts.every(
        ({ workloads, pods }) =>
            workloads.every(
                ({ ready, desired, delivery }) =>
                    desired !== undefined && ready >= desired && delivery?.failed !== true,
            ) && pods.every(({ ready, state }) => ready || state === "Terminating"),
    );
    return stackOk && partsOk && !("firing" in alerts && alerts.firing.length > 0);
}

/** The parts of a stack, each with its live objects. */
function partsOf({ state }: Place, read: Read): Promise<Part>[] {
    return Object.entries(PARTS).flatMap(([name, type]) => {
        const own = state.resources.filter(({ urn, delete: going }) => going !== true && typesIn(urn).startsWith(type));
        return own.length === 0 ? [] : [partOf(name as PartName, own, read)];
    });
}

/** The chain of types in a URN, parents first. */
function typesIn(urn: string): string {
    return urn.split("::")[2] ?? "";
}

async function partOf(name: PartName, own: readonly Resource[], read: Read): Promise<Part> {
    const objects = own.flatMap((resource) => objectNameOf(resource) ?? []);
    const wanted = objects.filter(({ kind }) => kind in WORKLOADS);
    // A part may also have objects in the namespace of another part, e.g. monitors; the pods in that namespace are not
    // its own.
    const made = objects.flatMap(({ kind, name: own }) => (kind === "Namespace" ? own : []));
    const worked = wanted.flatMap(({ namespace }) => namespace ?? []);
    const namespaces = [...new Set([...made, ...worked])].sort();
    // Objects of a chart are not in the state: everything in the namespace counts.
    const byChart = own.some(({ type }) => type === RELEASE_TYPE);
    const list = async (path: string) => {
        const answer = await read(path);
        return answer.seen ? (answer.object ?? { items: [] }) : undefined;
    };
    // Most clusters do not have the kind; a user who cannot list it sees a note only where the stack has one.
    const canary = wanted.some(({ kind }) => kind === "Rollout");
    const kinds = [...workloadKinds(), ...(canary ? (["Rollout"] as const) : [])];
    const live = await Promise.all(
        namespaces.flatMap((namespace) =>
            kinds.map(async (kind) => {
                const found = await list(`/apis/${groupOf(kind)}/namespaces/${namespace}/${WORKLOADS[kind]}`);
                return found === undefined
                    ? undefined
                    : workloadsIn(kind, found).map((each) => ({ ...each, namespace }));
            }),
        ),
    );
    const seen = live.flatMap((each) => each ?? []);
    const isWanted = (workload: WorkloadStatus) =>
        byChart || wanted.some(({ kind, namespace, name: own }) => same({ kind, namespace, name: own }, workload));
    const missing = live.includes(undefined)
        ? []
        : wanted.filter((object) => !seen.some((workload) => same(object, workload)));
    const pods = await Promise.all(
        namespaces.map(async (namespace) =>
            podsIn((await list(`/api/v1/namespaces/${namespace}/pods`)) ?? { items: [] }).map((pod) => ({
                ...pod,
                namespace,
            })),
        ),
    );
    return {
        name,
        namespaces,
        workloads: [
            ...seen.filter(isWanted),
            ...missing.map(({ kind, namespace = "", name: own }) => ({
                ...{ kind, namespace, name: own, ready: 0 },
                desired: undefined,
            })),
        ],
        pods: pods.flat(),
    };
}

function workloadKinds() {
    return ["Deployment", "StatefulSet", "DaemonSet"] as const;
}

function same(
    a: { readonly kind: string; readonly namespace?: string; readonly name: string },
    b: { readonly kind: string; readonly namespace?: string; readonly name: string },
): boolean {
    return a.kind === b.kind && a.namespace === b.namespace && a.name === b.name;
}

/** Firing alerts, through the API server's proxy to the Service of Alertmanager. */
async function findAlerts(parts: readonly Part[], read: Read): Promise<Alerts> {
    const monitoring = parts.find(({ name }) => name === "Monitoring");
    const [namespace] = monitoring?.namespaces.filter((name) => !name.endsWith("-node")) ?? [];
    if (namespace === undefined) {
        return { unknown: "the stack has no monitoring" };
    }
    try {
        const services = `/api/v1/namespaces/${namespace}/services`;
        const selector = encodeURIComponent("app=kube-prometheus-stack-alertmanager");
        const list = await read(`${services}?labelSelector=${selector}`);
        const name = list.seen ? firstName(list.object) : undefined;
        if (name === undefined) {
            return {
                unknown: list.seen ? `no Alertmanager in namespace ${namespace}` : "your user cannot list Services",
            };
        }
        const query = "active=true&silenced=false&inhibited=false";
        const answer = await read(`${services}/${name}:9093/proxy/api/v2/alerts?${query}`);
        return answer.seen
            ? { firing: alertsIn(answer.object) }
            : { unknown: `your user cannot use services/proxy in namespace ${namespace}` };
    } catch (error) {
        return { unknown: `Alertmanager does not answer: ${messageOf(error)}` };
    }
}

function firstName(list: unknown): string | undefined {
    return workloadsIn("Deployment", list)[0]?.name;
}

async function findWarnings(namespaces: readonly string[], read: Read, now: Date): Promise<Warning[]> {
    const lists = await Promise.all(
        [...new Set(namespaces)].map(async (namespace) => {
            const answer = await read(`/api/v1/namespaces/${namespace}/events?fieldSelector=type%3DWarning&limit=500`);
            return answer.seen && answer.object !== undefined ? warningsIn(answer.object) : [];
        }),
    );
    return lists
        .flat()
        .filter(({ at }) => now.getTime() - at.getTime() < WARNINGS_MS)
        .sort((a, b) => b.at.getTime() - a.at.getTime());
}
