import { JOBS } from "../jobs";
import type { RuleContext } from "../rules";
import type { Thresholds } from "./model";
import { ofSpire } from "./promql";
import { neutral, tooLow } from "./thresholds";

/** Matchers for metrics of the selected servers. */
export const SERVERS = ofSpire(JOBS.spireServer);

/** Matchers for metrics of the selected agents. */
export const AGENTS = ofSpire(JOBS.spireAgent);

/** Matchers for metrics of the selected controller managers. */
export const MANAGERS = ofSpire(JOBS.spireManager);

/** Call counter of workload attestations by an agent. */
export const ATTESTATION = "spire_agent_workload_api_workload_attestation";

/** Call counter of an agent's requests for registration entries from a server. */
export const SYNC = "spire_agent_manager_sync_fetch_entries_updates";

/** Expiry time of a server's CA (Unix seconds). */
export const CA_EXPIRY = "spire_server_manager_x509_ca_rotate_expiration";

/** Matchers, extended by one for calls that did not succeed. */
export function failed(labels: string): string {
    return `${labels}, status!="OK"`;
}

/**
 * Thresholds: red where the alert fires, yellow where the next CA should already be in use; neutral if this stack does
 * not create SPIRE.
 */
export function caLimits({ settings, spire }: RuleContext): Thresholds {
    if (spire === undefined) {
        return neutral;
    }
    const { caChangeSeconds } = spire;
    return tooLow(
        Math.floor((caChangeSeconds * settings.spire.caRemainingPercent) / 100),
        Math.floor(caChangeSeconds * 0.95),
    );
}
