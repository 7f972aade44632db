import type { RolloutSettings } from "../../settings/mesh/delivery";
import { canaryCrashes, canaryErrors, canaryLatency, canaryUnobserved } from "../monitoring/rules/canary";
import type { RuleContext } from "../monitoring/rules";

/** Argument of the AnalysisTemplate: hash of the new version's pod template. */
export const HASH_ARGUMENT = "hash";

/** Consecutive measurements without an answer of Prometheus that are tolerated; the controller's default. */
const TOLERATED_ERRORS = 4;

/** A metric of an AnalysisTemplate. */
interface Metric {
    readonly name: string;
    /** PromQL over the new pods. */
    readonly query: string;
    /** Expression of the controller that is true for a good measurement. */
    readonly good: string;
    /** Failed measurements that are tolerated. */
    readonly failureLimit: number;
}

/**
 * `spec` of the AnalysisTemplate: what pages people about the mesh, over the new pods alone. The records of the namespace
 * would mix both versions, and a canary of one pod in five would have to be five times as bad.
 * @param context What the alerts depend on, with their thresholds.
 * @param prometheus Address of Prometheus.
 */
export function analysisSpec(context: RuleContext, delivery: RolloutSettings, prometheus: string) {
    const { analysis, onFailure } = delivery;
    // Beside the steps of a canary it goes on until they end; before and after a switch it ends by itself.
    const ends = delivery.type === "blueGreen" ? { count: analysis.count } : {};
    return {
        args: [{ name: HASH_ARGUMENT }],
        metrics: metrics(context, analysis).map(({ name, query, good, failureLimit }) => ({
            name,
            interval: analysis.interval,
            ...ends,
            consecutiveErrorLimit: TOLERATED_ERRORS,
            successCondition: good,
            ...(onFailure === "abort"
                ? { failureLimit }
                : // Neither good nor bad: the controller pauses the Rollout instead of aborting it.
                  { failureCondition: "false", inconclusiveLimit: failureLimit }),
            provider: { prometheus: { address: prometheus, query } },
        })),
    };
}

function metrics(context: RuleContext, analysis: RolloutSettings["analysis"]): Metric[] {
    const pods = `pod=~"${context.mesh.name}-{{args.${HASH_ARGUMENT}}}-.*"`;
    const { errorPercent = context.settings.errorPercent, latencySeconds = context.settings.latencySeconds } = analysis;
    const { failureLimit } = analysis;
    return [
        { name: "errors", query: canaryErrors(context, pods), good: atMost(errorPercent / 100), failureLimit },
        { name: "latency", query: canaryLatency(context, pods), good: atMost(latencySeconds), failureLimit },
        // A loop does not end by itself: the first measurement decides.
        { name: "crash-loops", query: canaryCrashes(context, pods), good: NOTHING, failureLimit: 0 },
        { name: "observed", query: canaryUnobserved(context, pods), good: NOTHING, failureLimit },
    ];
}

/** Good while the query finds nothing. */
const NOTHING = "len(result) == 0";

/**
 * No sample means no requests and no probes yet, and NaN a share of none: neither is a failure, which the controller
 * would make of them. That the pods are seen at all is a metric of its own.
 */
function atMost(threshold: number): string {
    return `len(result) == 0 || isNaN(result[0]) || result[0] <= ${threshold}`;
}
