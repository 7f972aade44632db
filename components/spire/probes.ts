import type { types } from "@pulumi/kubernetes";

type Probe = types.input.core.v1.Probe;

/** Probe timeout (s); a container throttled to 50m CPU needs more than the default of 1 s. */
const TIMEOUT_SECONDS = 5;

/**
 * Probes of a SPIRE server or agent. SPIRE runs its health checks once a minute and answers probes from the last
 * result, so probing more often detects nothing sooner.
 */
export function spireProbes(port: string) {
    const httpGet = (path: string) => ({ path, port });
    return {
        // Up to five minutes: with small CPU limits, key generation, database migrations and TLS are slow.
        startupProbe: {
            httpGet: httpGet("/live"),
            periodSeconds: 5,
            timeoutSeconds: TIMEOUT_SECONDS,
            failureThreshold: 60,
        },
        // Lenient: the health check reads the datastore, and a database outage of a few minutes must not restart all
        // servers.
        livenessProbe: {
            httpGet: httpGet("/live"),
            periodSeconds: 60,
            timeoutSeconds: TIMEOUT_SECONDS,
            failureThreshold: 5,
        },
        readinessProbe: {
            httpGet: httpGet("/ready"),
            periodSeconds: 10,
            timeoutSeconds: TIMEOUT_SECONDS,
            failureThreshold: 3,
        },
    } satisfies Record<string, Probe>;
}

/** Probes of a helper container with separate HTTP paths for liveness and readiness. */
export function helperProbes(port: string, live: string, ready: string) {
    return {
        livenessProbe: {
            httpGet: { path: live, port },
            initialDelaySeconds: 15,
            periodSeconds: 20,
            timeoutSeconds: TIMEOUT_SECONDS,
            failureThreshold: 5,
        },
        readinessProbe: {
            httpGet: { path: ready, port },
            periodSeconds: 10,
            timeoutSeconds: TIMEOUT_SECONDS,
            failureThreshold: 3,
        },
    } satisfies Record<string, Probe>;
}
