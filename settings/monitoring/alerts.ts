import { z } from "zod";
import * as p from "../shared/primitives";

/** Bucket boundaries of the app's request histogram (s); the kubelet's probe histogram includes all of them. */
const REQUEST_BUCKETS = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5] as const;

/** Bucket boundaries of the app's histogram of MAPE-K phases (s). */
const MAPEK_BUCKETS = [0.01, 0.05, 0.1, 0.2, 0.5, 1] as const;

/** Schema of a histogram's bucket boundary, at which counts are exact; at any other value they would be an estimate. */
function bucket<const T extends readonly number[]>(bounds: T) {
    return z.literal([...bounds], { error: `one of ${bounds.join(", ")}, the bucket bounds of the histogram` });
}

/** Schema of an integer within inclusive bounds. */
function whole(minimum: number, maximum: number) {
    const error = `a whole number from ${minimum} to ${maximum}`;
    return z.int({ error }).min(minimum, { error }).max(maximum, { error });
}

/** A service level objective (%). Below 95 %, the highest burn rate (14.4) could hardly be reached. */
const objective = p.numberWithin(95, 99.99, "%");

/** Schema of alert thresholds and runbook links. */
export const monitoringAlerts = z
    .strictObject({
        runbookBaseUrl: p
            .text(/^[\w.~!$&'()*+,;=:@%/?#[\]-]{1,2048}$/, "a URL or path without spaces and quotes")
            .default("docs/runbooks")
            .describe("Folder of the runbooks that alerts link to; the default is the path in this repository"),
        errorPercent: p
            .numberWithin(0.1, 50, "%")
            .default(5)
            .describe("X0tta6bl4HighErrorRate: threshold of the share of failed requests (%)"),
        latencySeconds: p
            .numberWithin(0.05, 2.5, "s")
            .default(1)
            .describe("X0tta6bl4HighLatency: threshold of the 95th percentile (s)"),
        minimumRequestRate: p
            .numberWithin(0.01, 1000, "requests per second")
            .default(0.5)
            .describe(
                "Requests per second below which probes are evaluated instead of requests, since a few requests are not significant",
            ),
        slo: z
            .strictObject({
                availabilityPercent: objective.default(99.9).describe("Objective: share of requests that succeed (%)"),
                latencyPercent: objective.default(99).describe("Objective: share of requests that are fast enough (%)"),
                latencySeconds: bucket(REQUEST_BUCKETS).default(1).describe("Latency that counts as fast enough (s)"),
            })
            .prefault({}),
        crashRestarts: whole(1, 50).default(3).describe("Tolerated restarts of a container in 15 m"),
        memoryPercent: p
            .numberWithin(50, 99, "%")
            .default(90)
            .describe("Threshold of memory usage, in percent of the limit"),
        cpuPercent: p
            .numberWithin(50, 100, "%")
            .default(80)
            .describe("Threshold of CPU usage, in percent of the limit"),
        volumeFreePercent: p.numberWithin(1, 50, "%").default(10).describe("Threshold of free space on a volume (%)"),
        certificateRemaining: p.duration
            .default("15m")
            .describe(
                "Threshold of the remaining lifetime of the mesh's mTLS certificate, which is renewed at half of its lifetime",
            ),
        mtlsFailures: whole(0, 10_000).default(5).describe("Tolerated rejected peer certificates in 10 m"),
        mapekPhaseSeconds: bucket(MAPEK_BUCKETS)
            .default(1)
            .describe("Threshold of the 95th percentile of a MAPE-K phase (s)"),
        recoverySeconds: p
            .numberWithin(1, 600, "s")
            .default(10)
            .describe("Warning threshold of the mean time to recover (s)"),
        recoveryCriticalSeconds: p
            .numberWithin(1, 3600, "s")
            .default(30)
            .describe("Critical threshold of the mean time to recover (s)"),
        seriesPerTarget: whole(100, 1_000_000)
            .default(5000)
            .describe("Threshold of samples per scrape of the mesh or SPIRE"),
        spire: z
            .strictObject({
                caRemainingPercent: p
                    .numberWithin(10, 95, "%")
                    .default(60)
                    .describe(
                        "Threshold of the remaining lifetime of the CA, in percent of the time at which SPIRE activates the next one (a sixth of caTtl, at most 7 days)",
                    ),
                attestationFailures: whole(0, 10_000).default(3).describe("Tolerated failed attestations in 15 m"),
            })
            .prefault({}),
    })
    .prefault({});

/** Settings of alerts, validated and with defaults. */
export type AlertSettings = z.output<typeof monitoringAlerts>;
