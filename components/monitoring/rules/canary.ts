import { JOBS } from "../jobs";
import { objects, series } from "./promql";
import { errorShare, ninetyFifth } from "./signals";
import type { RuleContext } from "./types";

/** Time after which a Ready pod must be scraped: two scrapes and the discovery of the pod before them. */
const SEEN_WITHIN = "2m";

/** Share of failures among requests to some pods, or among probes while there are too few requests. */
export function canaryErrors(context: RuleContext, pods: string): string {
    return errorShare(context, pods);
}

/** 95th percentile (s) of the latency of some pods, of requests or else of probes. */
export function canaryLatency(context: RuleContext, pods: string): string {
    return ninetyFifth(context, pods);
}

/** Containers of some pods that crash again and again, as X0tta6bl4CrashLooping has it; the pods are new, so all restarts count. */
export function canaryCrashes({ settings: { crashRestarts }, mesh: { namespace } }: RuleContext, pods: string): string {
    const restarts = objects("kube_pod_container_status_restarts_total", { namespace }, pods);
    const waiting = objects(
        "kube_pod_container_status_waiting_reason",
        { namespace, reason: "CrashLoopBackOff" },
        pods,
    );
    return `count(${restarts} > ${crashRestarts} or ${waiting} == 1)`;
}

/** Pods that are Ready but that Prometheus does not see, or that kube-state-metrics does not answer: no finding would be none. */
export function canaryUnobserved({ mesh: { namespace, scraped } }: RuleContext, pods: string): string {
    const blind = `absent(${objects("up", {})} == 1)`;
    if (!scraped) {
        return blind;
    }
    const one = "on (namespace, pod)";
    const ready = objects("kube_pod_status_ready", { namespace, condition: "true" }, pods);
    const up = series("up", { job: JOBS.mesh, namespace }, pods);
    return `count(${ready} offset ${SEEN_WITHIN} == 1 and ${one} ${ready} == 1 unless ${one} ${up} == 1) or ${blind}`;
}
