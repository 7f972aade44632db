/** Kubernetes release that the embedded control plane runs. */
export const KUBERNETES = "1.36.3";

/** Release of Prometheus, the one that the monitoring chart runs; the Go module counts 3.14.0 as 0.314.0. */
export const PROMETHEUS = { release: "3.14.0", module: "0.314.0" } as const;

/** Release of Alertmanager, the one that the monitoring chart runs. */
export const ALERTMANAGER = "0.34.0";
