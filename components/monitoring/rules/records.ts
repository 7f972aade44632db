/** Windows of the burn rates, shortest first (s). */
export const WINDOW_SECONDS = {
    "5m": 300,
    "30m": 1_800,
    "1h": 3_600,
    "2h": 7_200,
    "6h": 21_600,
    "1d": 86_400,
    "3d": 259_200,
} as const;

/** A window of a burn rate. */
export type Window = keyof typeof WINDOW_SECONDS;

/** All windows. */
export const WINDOWS: readonly Window[] = ["5m", "30m", "1h", "2h", "6h", "1d", "3d"];

/** Evaluation interval of the rules (s), set in each group; also the chart's default for Prometheus. */
export const EVALUATION_SECONDS = 30;

/** Names of series that the rules record, as `level:metric:operation`; dashboards use them, too. */
export const RECORDS = {
    /** Requests per second. */
    requests: "namespace:x0tta6bl4_requests:rate5m",
    /** Requests per second by endpoint. */
    endpointRequests: "namespace_endpoint:x0tta6bl4_requests:rate5m",
    /** Share of requests that ended with 5xx, by endpoint. */
    endpointErrors: "namespace_endpoint:x0tta6bl4_request_errors:ratio_rate5m",
    /** Duration of requests (s) by quantile. */
    duration: {
        p50: "namespace:x0tta6bl4_request_duration_seconds:p50_rate5m",
        p95: "namespace:x0tta6bl4_request_duration_seconds:p95_rate5m",
        p99: "namespace:x0tta6bl4_request_duration_seconds:p99_rate5m",
    },
    /** Duration of requests (s) by quantile and endpoint. */
    endpointDuration: {
        p50: "namespace_endpoint:x0tta6bl4_request_duration_seconds:p50_rate5m",
        p95: "namespace_endpoint:x0tta6bl4_request_duration_seconds:p95_rate5m",
        p99: "namespace_endpoint:x0tta6bl4_request_duration_seconds:p99_rate5m",
    },
    /** 95th percentile (s) of requests, or of probes while there are too few requests. */
    latency: "namespace:x0tta6bl4_latency_seconds:p95_rate5m",
    /** 1 while no pod of the mesh is available, else 0; no series while the first pods start. */
    down: "namespace:x0tta6bl4_down:bool",
    /** 1 for each pod that receives requests, and received them 5 minutes ago. */
    serving: "namespace_pod:x0tta6bl4_serving:bool",
    /** Probes per second of the pods that serve: all, and those that failed. */
    probes: { all: "namespace:x0tta6bl4_probes:rate5m", failed: "namespace:x0tta6bl4_probes_failed:rate5m" },
    /** Answers to probes per second of the pods that serve: all, and those that took longer than the objective allows. */
    answers: { all: "namespace:x0tta6bl4_answers:rate5m", slow: "namespace:x0tta6bl4_answers_slow:rate5m" },
    /** Share of requests that ended with 5xx; no series while there are too few requests. */
    requestErrors: (window: Window) => `namespace:x0tta6bl4_request_errors:ratio_rate${window}`,
    /** Share of probes that failed, of the pods that serve. */
    probeFailures: (window: Window) => `namespace:x0tta6bl4_probe_failures:ratio_rate${window}`,
    /** Share of a window in which no pod was available. */
    outage: (window: Window) => `namespace:x0tta6bl4_down:ratio${window}`,
    /** Share of failures among requests, or among probes while there are too few requests. */
    errors: (window: Window) => `namespace:x0tta6bl4_errors:ratio_rate${window}`,
    /** Share of requests, or probes, that took longer than the objective allows. */
    slow: (window: Window) => `namespace:x0tta6bl4_slow:ratio_rate${window}`,
} as const;

/** Names of all recorded series. */
export const recordedNames: ReadonlySet<string> = new Set([
    RECORDS.requests,
    RECORDS.endpointRequests,
    RECORDS.endpointErrors,
    ...Object.values(RECORDS.duration),
    ...Object.values(RECORDS.endpointDuration),
    RECORDS.latency,
    RECORDS.down,
    RECORDS.serving,
    ...Object.values(RECORDS.probes),
    ...Object.values(RECORDS.answers),
    ...WINDOWS.flatMap((window) =>
        [RECORDS.requestErrors, RECORDS.probeFailures, RECORDS.outage, RECORDS.errors, RECORDS.slow].map((name) =>
            name(window),
        ),
    ),
]);
