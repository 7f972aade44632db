import { z } from "zod";
import * as p from "./primitives";

/** Requests and limits of one container, as Kubernetes quantities. */
export interface Resources {
    readonly requests: { readonly cpu: string; readonly memory: string };
    readonly limits: { readonly cpu: string; readonly memory: string };
}

/**
 * CPU limit of a server with low average but bursty CPU usage: scrapes, reloads, garbage collection, startup. The
 * kernel enforces a limit in periods of 100 ms (CFS bandwidth control), so 500m allows 50 ms of CPU time in each. With
 * less, a single scrape is throttled, and since idle periods do not count, `CPUThrottlingHigh` (over 25 % of periods)
 * fires for a container that is otherwise idle. A limit does not reserve CPU time; requests do.
 */
export const BURST_CPU = "500m";

/** Schema of CPU and memory of one container. The caller documents the source of the defaults. */
export function containerResources(defaults: Resources) {
    return z
        .strictObject({
            requests: z
                .strictObject({
                    cpu: p.cpu.default(defaults.requests.cpu).describe("CPU that the scheduler reserves"),
                    memory: p.bytes.default(defaults.requests.memory).describe("Memory that the scheduler reserves"),
                })
                .prefault({}),
            limits: z
                .strictObject({
                    cpu: p.cpu.default(defaults.limits.cpu).describe("CPU above which the container is throttled"),
                    memory: p.bytes
                        .default(defaults.limits.memory)
                        .describe("Memory above which the container is killed"),
                })
                .prefault({}),
        })
        .prefault({});
}
