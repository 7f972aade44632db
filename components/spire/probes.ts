import type { types } from "@pulumi/kubernetes";

type Probe = types.input.core.v1.Probe;

/** Time for an answer (s); a container throttled to 50m CPU needs more than the default of 1 s. */
const TIMEOUT_SECONDS = 5;

/**
 * Probes of a SPIRE server or agent. SPIRE asks itself once a minute and answers from memory, so asking
 * more often finds nothing sooner.
 */
export function spireProbes(port: string) {
    const httpGet = (path: string) => ({ path, port });
    return {
        // Up to five minutes: small CPU limits make key generation, migrations and TLS slow.
        startupProbe: {
            httpGet: httpGet("/live"),
            periodSeconds: 5,
            timeoutSeconds: TIMEOUT_SECONDS,
            failureThreshold: 60,
        },
        // Lenient: it reads the datastore, and a database that is away for minutes must not restart all servers.
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

/** Probes of a helper with one path for life and one for readiness. */
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
