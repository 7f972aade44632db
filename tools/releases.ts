/** Kubernetes release that the embedded control plane runs. */
export const KUBERNETES = "1.36.3";

/** Release of Prometheus, the one that the monitoring chart runs; the Go module counts 3.14.0 as 0.314.0. */
export const PROMETHEUS = { release: "3.14.0", module: "0.314.0" } as const;

/** Release of Alertmanager, the one that the monitoring chart runs. */
export const ALERTMANAGER = "0.34.0";

/** Release of go-containerregistry's crane, which serves a registry to the tests. */
export const CRANE = "0.22.1";

/** Release of grype, which scans images. */
export const GRYPE = "0.121.2";

/** Release of trivy, which scans images where a team prefers it. */
export const TRIVY = "0.74.0";

/** Release of cosign, which verifies signatures of images. */
export const COSIGN = "3.1.3";

/** Release of syft, which lists the packages in images. */
export const SYFT = "1.57.1";
