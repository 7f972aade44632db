import { z } from "zod";
import * as p from "../shared/primitives";

/** Upper bounds of the app's histogram of requests (s); the kubelet's histogram of probes has them all, too. */
const REQUEST_BUCKETS = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5] as const;

/** Upper bounds of the app's histogram of MAPE-K phases (s). */
const MAPEK_BUCKETS = [0.01, 0.05, 0.1, 0.2, 0.5, 1] as const;

/** A time at which a histogram counts exactly; any other would be an estimate. */
function bucket<const T extends readonly number[]>(bounds: T) {
    return z.literal([...bounds], { error: `one of ${bounds.join(", ")}: the bounds of the histogram's buckets` });
}

/** A number within bounds. */
function number(minimum: number, maximum: number, unit: string) {
    const error = `a number from ${minimum} to ${maximum} (${unit})`;
    return z.number({ error }).min(minimum, { error }).max(maximum, { error });
}

/** A count within bounds. */
function whole(minimum: number, maximum: number) {
    const error = `a whole number from ${minimum} to ${maximum}`;
    return z.int({ error }).min(minimum, { error }).max(maximum, { error });
}

/** An objective; below 95 % the fastest burn rate (14.4) could not be reached. */
const objective = number(95, 99.99, "%");

/** Thresholds of alerts, and what they link to. */
export const monitoringAlerts = z
    .strictObject({
        runbookBaseUrl: p
            .text(/^\S+$/, "a URL or path without spaces")
            .default("docs/runbooks")
            .describe("Folder of the runbooks that alerts link to; the default is their place in this repository"),
        errorPercent: number(0.1, 50, "%")
            .default(5)
            .describe("X0tta6bl4HighErrorRate: share of failed requests that is too much (%)"),
        latencySeconds: number(0.05, 2.5, "s")
            .default(1)
            .describe("X0tta6bl4HighLatency: 95th percentile that is too much (s)"),
        minimumRequestRate: number(0.01, 1000, "requests per second")
            .default(0.5)
            .describe("Requests per second below which probes are judged instead of requests: a few say nothing"),
        slo: z
            .strictObject({
                availabilityPercent: objective.default(99.9).describe("Objective: requests that do not fail (%)"),
                latencyPercent: objective.default(99).describe("Objective: requests that are fast enough (%)"),
                latencySeconds: bucket(REQUEST_BUCKETS).default(1).describe("What fast enough means (s)"),
            })
            .prefault({}),
        crashRestarts: whole(1, 50).default(3).describe("Restarts of a container in 15 m that are tolerated"),
        memoryPercent: number(50, 99, "%").default(90).describe("Share of a memory limit that is too much (%)"),
        cpuPercent: number(50, 100, "%").default(80).describe("Share of a CPU limit that is too much (%)"),
        volumeFreePercent: number(1, 50, "%").default(10).describe("Free share of a volume that is too little (%)"),
        certificateRemaining: p.duration
            .default("15m")
            .describe("Time left of the mesh's mTLS certificate that is too short; it is renewed at half of its life"),
        mtlsFailures: whole(0, 10_000).default(5).describe("Refused peer certificates in 10 m that are tolerated"),
        mapekPhaseSeconds: bucket(MAPEK_BUCKETS)
            .default(1)
            .describe("Duration of a MAPE-K phase that is too long when one in twenty takes longer (s)"),
        recoverySeconds: number(1, 600, "s").default(10).describe("Mean time to recover that is too long (s)"),
        recoveryCriticalSeconds: number(1, 3600, "s")
            .default(30)
            .describe("Mean time to recover that wakes somebody (s)"),
        seriesPerTarget: whole(100, 1_000_000)
            .default(5000)
            .describe("Samples of one scrape that are too many for the mesh or SPIRE"),
        spire: z
            .strictObject({
                caRemainingPercent: number(10, 95, "%")
                    .default(60)
                    .describe(
                        "Time left of the CA that is too short, in % of the time at which SPIRE changes to the next one (a sixth of caTtl, at most 7 days)",
                    ),
                attestationFailures: whole(0, 10_000)
                    .default(3)
                    .describe("Failed attestations in 15 m that are tolerated"),
            })
            .prefault({}),
    })
    .prefault({});

/** Settings of alerts, validated and with defaults. */
export type AlertSettings = z.output<typeof monitoringAlerts>;
