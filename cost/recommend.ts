import { MIB } from "../policy/cost/amounts";
import type { CostSettings } from "../settings/schema";
import { quantityNumber } from "../settings/shared/quantity";
import type { Resources } from "../settings/shared/resources";
import type { SizedContainer } from "./targets";
import { stepOf, type ContainerUsage } from "./usage";

/** Least CPU request (thousandths of a core): below, the kernel's share of time is too coarse to tell containers apart. */
const LEAST_CPU = 10;

/** Least memory (bytes): a runtime needs it before a program does anything. */
const LEAST_MEMORY = 32 * MIB;

/** Steps that amounts are rounded up to: thousandths of a core, and bytes. */
const [CPU_STEP, MEMORY_STEP] = [5, 4 * MIB];

/** What is added to a memory limit at which a container was killed, as krr does: the usage stops at the limit. */
const OUT_OF_MEMORY_FACTOR = 1.25;

/** Share of a limit above which usage may have been cut off by it. */
const AT_LIMIT = 0.9;

/** A change of one setting. */
export interface Line {
    /** Path of the setting. */
    readonly key: string;
    /** Value now. */
    readonly before: string;
    /** Value that is recommended. */
    readonly after: string;
}

/** What is recommended for a container. */
export interface Recommendation {
    /** The container. */
    readonly container: SizedContainer;
    /** Settings to change; empty where all is well, or where nothing can be said. */
    readonly lines: readonly Line[];
    /** Change of the requests of one pod: thousandths of a core, and bytes. */
    readonly change: { readonly cpu: number; readonly memory: number };
    /** Why, and what to know about it, as sentences. */
    readonly notes: readonly string[];
    /** What is missing for a recommendation; `undefined` where there is one. */
    readonly missing?: string;
}

/** A percentile of samples, interpolated as `quantile_over_time` of Prometheus does. 0 without samples. */
export function percentile(samples: readonly number[], percent: number): number {
    const sorted = samples.toSorted((a, b) => a - b);
    const rank = (percent / 100) * (sorted.length - 1);
    const [low = 0, high = 0] = [sorted[Math.floor(rank)], sorted[Math.ceil(rank)]];
    return low + (high - low) * (rank - Math.floor(rank));
}

/** Requests and limits for a container by what it used. */
export function recommend(
    container: SizedContainer,
    usage: ContainerUsage,
    sizing: CostSettings["sizing"],
    windowSeconds: number,
): Recommendation {
    const points = Math.min(usage.cpu.length, usage.memory.length);
    const nothing = { container, lines: [], change: { cpu: 0, memory: 0 }, notes: [] };
    if (points < sizing.minimumPoints) {
        const hours = Math.ceil(((sizing.minimumPoints - points) * 5) / 60);
        const missing =
            points === 0
                ? "no samples: is the container running, and are the recording rules of kube-prometheus-stack there?"
                : `${points} of ${sizing.minimumPoints} samples of 5 minutes: ask again in about ${hours} h`;
        return { ...nothing, missing };
    }
    const { request, limit, memory, notes } = amountsFor(container.current, usage, sizing);
    const before = numbersOf(container.current);
    const cpu = withTarget(container, "cpu", before.requests.cpu, request);
    const bytes = withTarget(container, "memory", before.requests.memory, memory);
    const { setting, current } = container;
    const lines = [
        ...changed(`${setting}.requests.cpu`, current.requests.cpu, before.requests.cpu, cpu.amount, cpuText),
        ...changed(`${setting}.limits.cpu`, current.limits.cpu, before.limits.cpu, limit, cpuText),
        ...changed(
            `${setting}.requests.memory`,
            current.requests.memory,
            before.requests.memory,
            bytes.amount,
            memoryText,
        ),
        // A request that an autoscaler keeps must stay below the limit.
        ...changed(
            `${setting}.limits.memory`,
            current.limits.memory,
            before.limits.memory,
            Math.max(memory, bytes.amount),
            memoryText,
        ),
        ...cpu.lines,
        ...bytes.lines,
    ];
    return {
        container,
        lines,
        change: { cpu: cpu.amount - before.requests.cpu, memory: bytes.amount - before.requests.memory },
        notes: [...historyNotes(points, windowSeconds), ...notes, ...cpu.notes, ...bytes.notes],
    };
}

/** Requests and limits in numbers: thousandths of a core, and bytes. */
function numbersOf({ requests, limits }: Resources) {
    const of = ({ cpu, memory }: Resources["requests"]) => ({
        cpu: Math.round(quantityNumber(cpu) * 1000),
        memory: Math.round(quantityNumber(memory)),
    });
    return { requests: of(requests), limits: of(limits) };
}

/**
 * CPU by percentile, for what is above it the limit is there; memory by the largest usage, since it cannot be taken back. The
 * CPU limit only ever rises: it reserves nothing, and the peak of a start needs it.
 */
function amountsFor(current: Resources, usage: ContainerUsage, sizing: CostSettings["sizing"]) {
    const { requests, limits } = numbersOf(current);
    const margin = (value: number, percent: number) => value * (1 + percent / 100);
    const peak = Math.max(...usage.cpu) * 1000;
    const largest = Math.max(...usage.memory);
    const atLimit = peak >= limits.cpu * AT_LIMIT;
    const byUsage = margin(percentile(usage.cpu, sizing.cpuPercentile) * 1000, sizing.cpuMarginPercent);
    const fromCpu = Math.max(up(byUsage, CPU_STEP), LEAST_CPU);
    const request = atLimit ? Math.max(fromCpu, requests.cpu) : fromCpu;
    const byMemory = Math.max(up(margin(largest, sizing.memoryMarginPercent), MEMORY_STEP), LEAST_MEMORY);
    const afterKill = usage.outOfMemory ? up(limits.memory * OUT_OF_MEMORY_FACTOR, MEMORY_STEP) : 0;
    return {
        request: worthwhile(requests.cpu, request),
        limit: Math.max(limits.cpu, up(margin(peak, sizing.cpuMarginPercent), CPU_STEP), request),
        memory: worthwhile(requests.memory, Math.max(byMemory, afterKill)),
        notes: [
            ...(atLimit
                ? [
                      `CPU reaches ${cpuText(peak)} of the limit ${current.limits.cpu}: what it would use without that is not known, so the request is not lowered.`,
                  ]
                : []),
            ...(peak > 2 * request && !atLimit
                ? [`CPU peaks at ${cpuText(peak)}, as at a start: the limit covers it, the request does not.`]
                : []),
            ...(usage.outOfMemory
                ? [
                      `It was killed for want of memory: usage stops at the limit, so a quarter of ${current.limits.memory} is added.`,
                  ]
                : []),
            ...(usage.restarts > 0
                ? [
                      `A pod of it restarted ${usage.restarts} ${usage.restarts === 1 ? "time" : "times"}: find out why before it gets less.`,
                  ]
                : []),
        ],
    };
}

/** Smallest part by which a request is lowered: a smaller one is no reason to replace the pods. */
const LEAST_SAVING = 0.1;

function worthwhile(before: number, after: number): number {
    return after < before && after > before * (1 - LEAST_SAVING) ? before : after;
}

/**
 * An autoscaler measures usage in percent of the requests: with less of them, the same usage is a higher percentage, and so
 * more pods. Its target therefore changes with the request, so that it acts at the same usage; where that would be above 100 %,
 * the request stays.
 */
function withTarget(
    { autoscaling, setting }: SizedContainer,
    resource: "cpu" | "memory",
    before: number,
    after: number,
) {
    if (autoscaling === undefined || before === after) {
        return { amount: after, lines: [], notes: [] };
    }
    const percent = resource === "cpu" ? autoscaling.cpuPercent : autoscaling.memoryPercent;
    const target = Math.round((percent * before) / after);
    const key = autoscaling.settings[resource];
    if (target === percent) {
        return { amount: after, lines: [], notes: [] };
    }
    if (target > 100) {
        const note =
            `${setting}.requests.${resource} stays: usage would allow ${resource === "cpu" ? cpuText(after) : memoryText(after)}, but the autoscaler ` +
            `would then need ${key} ${target}, which is above 100, or would start more pods.`;
        return { amount: before, lines: [], notes: [note] };
    }
    const note = `Set ${key} and ${setting}.requests.${resource} together, or neither: with the request alone the number of pods changes.`;
    return { amount: after, lines: [{ key, before: `${percent}`, after: `${Math.max(target, 1)}` }], notes: [note] };
}

function changed(key: string, given: string, before: number, after: number, text: (value: number) => string): Line[] {
    return before === after ? [] : [{ key, before: given, after: text(after) }];
}

function up(value: number, step: number): number {
    // A rounding error of the sum must not be a step.
    return Math.ceil(value / step - 1e-9) * step;
}

function cpuText(milli: number): string {
    return `${Math.round(milli)}m`;
}

function memoryText(bytes: number): string {
    return `${Math.round(bytes / MIB)}Mi`;
}

function historyNotes(points: number, windowSeconds: number): string[] {
    const expected = windowSeconds / stepOf(windowSeconds);
    const days = (count: number) => ((count * stepOf(windowSeconds)) / 86_400).toFixed(1);
    return points < expected * 0.9
        ? [`There is history of ${days(points)} of ${days(expected)} days: a peak of a longer cycle is not in it.`]
        : [];
}
