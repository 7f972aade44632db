import { setTimeout as sleep } from "node:timers/promises";
import { CannotRun } from "../errors";
import type { DeepOptions } from "./deep";
import { CHECKS } from "./checks";
import type { ContextName } from "../kube/kubeconfig";
import { type Client, connect, openClient } from "./cluster/client";
import { operatedWaitFor } from "./cluster/monitoring";
import { readRollout, readSnapshot } from "./cluster/read";
import { evaluate, filterChecks, smokeReport, type SmokeReport } from "./evaluate";
import type { Expectation } from "./expectation";
import { parseOutputs } from "./outputs";
import { rolloutState } from "./rollout";

export { CannotRun } from "../errors";
export type { SmokeReport } from "./evaluate";
export type { DeepOptions } from "./deep";
export { failureText } from "./report/text";

/** Poll interval of a rollout (ms). */
const POLL_MS = 500;

/** Maximum delay of objects that follow the pods after a complete rollout (ms). */
const SETTLE_MS = 5_000;

/** Default rollout timeout (s). */
export const DEFAULT_TIMEOUT_SECONDS = 60;

/** Input of the smoke tests. */
export interface SmokeInput {
    /** Outputs of the stack: JSON text in the format of `pulumi stack export`. */
    readonly outputs: string;
    /** Source of the outputs, for messages. Default: "stack outputs". */
    readonly source?: string;
    /** Context and kubeconfig instead of those in the outputs. */
    readonly cluster?: Partial<ContextName>;
    /** Timeout for rollout and pods (s). Default: 60. */
    readonly timeoutSeconds?: number;
    /** Text; only checks whose topic or name contains it run. */
    readonly filter?: string;
    /** Texts; a check whose topic or name contains one of them is skipped. */
    readonly skip?: readonly string[];
    /**
     * Options of the deep checks: see {@link runDeep}. Default: no deep checks, so that nothing in the cluster changes.
     */
    readonly deep?: DeepOptions;
    /** Aborts the deep checks; the objects that they created are removed first. */
    readonly signal?: AbortSignal;
    /** Called with the reason of a wait. Default: none. */
    readonly onProgress?: (text: string) => void;
}

/**
 * Checks the live objects of a stack against its expected state. Changes nothing in the cluster, unless deep checks are
 * requested.
 * @throws {@link CannotRun} if the checks cannot run at all; a failed check is not an error.
 */
export async function runSmoke(input: SmokeInput): Promise<SmokeReport> {
    const { target: named, expected } = parseOutputs(input.outputs, input.source ?? "stack outputs");
    const target: ContextName = {
        context: input.cluster?.context ?? named.context,
        kubeconfig: input.cluster?.kubeconfig ?? named.kubeconfig,
    };
    const deepChecks = input.deep === undefined ? [] : (await import("./deep/index.js")).DEEP_CHECKS;
    const checks = filterChecks(CHECKS, input.filter);
    const deep = filterChecks(deepChecks, input.filter);
    for (const text of [input.filter ?? "", ...(input.skip ?? [])]) {
        if (filterChecks([...CHECKS, ...deepChecks], text).length === 0) {
            throw new CannotRun(
                `"${text}" matches no check`,
                `use a topic: ${[...new Set([...CHECKS, ...deepChecks].map(({ topic }) => topic))].join(", ")}`,
            );
        }
    }
    const client = await openClient(target);
    await connect(client, target.context);
    const deadline = performance.now() + (input.timeoutSeconds ?? DEFAULT_TIMEOUT_SECONDS) * 1000;
    await waitForRollout(client, expected, deadline, input.onProgress);
    await waitForOperator(client, expected, deadline, input.onProgress);
    const report = await settledReport(async () =>
        evaluate(checks, await readSnapshot(client, expected), expected, target, input.skip),
    );
    if (input.deep === undefined || deep.length === 0) {
        return report;
    }
    const { runDeep } = await import("./deep/index.js");
    const results = await runDeep(deep, {
        client,
        expected,
        target,
        options: input.deep,
        skip: input.skip ?? [],
        signal: input.signal ?? new AbortController().signal,
        onProgress: input.onProgress,
    });
    return smokeReport([...report.results, ...results]);
}

/**
 * The first report without a failure, or the last one: EndpointSlices and PodDisruptionBudgets are updated shortly
 * after the pods.
 */
async function settledReport(look: () => Promise<SmokeReport>): Promise<SmokeReport> {
    const deadline = performance.now() + SETTLE_MS;
    for (;;) {
        const report = await look();
        if (report.failed === 0 || performance.now() >= deadline) {
            return report;
        }
        await sleep(POLL_MS);
    }
}

/** Receives a line that describes the current wait. */
type OnProgress = SmokeInput["onProgress"];

/** Waits until the rollout is complete, can no longer complete, or the timeout expires. */
async function waitForRollout(
    client: Client,
    expected: Expectation,
    deadline: number,
    onProgress: OnProgress,
): Promise<void> {
    const { autoscaling } = expected.mesh;
    for (;;) {
        const state = rolloutState(
            await readRollout(client, expected),
            autoscaling.enabled ? autoscaling.minReplicas : 1,
        );
        if (state.complete || state.hopeless || !(await waited(state.detail, deadline, onProgress))) {
            return;
        }
    }
}

/**
 * Waits until Prometheus and Alertmanager run. No update waits for them, because the operator creates them, not the
 * chart.
 */
async function waitForOperator(
    client: Client,
    expected: Expectation,
    deadline: number,
    onProgress: OnProgress,
): Promise<void> {
    for (;;) {
        const missing = await operatedWaitFor(client, expected);
        if (missing === undefined || !(await waited(missing, deadline, onProgress))) {
            return;
        }
    }
}

/** Waits for one poll interval, and reports the reason. @returns whether there is time left. */
async function waited(detail: string, deadline: number, onProgress: OnProgress): Promise<boolean> {
    const left = deadline - performance.now();
    if (left <= 0) {
        return false;
    }
    onProgress?.(`Waiting up to ${Math.ceil(left / 1000)} s: ${detail}`);
    await sleep(Math.min(POLL_MS, left));
    return true;
}
