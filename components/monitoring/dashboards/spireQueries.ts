import { JOBS } from "../jobs";
import type { RuleContext } from "../rules";
import type { Thresholds } from "./model";
import { ofSpire } from "./promql";
import { neutral, tooLow } from "./thresholds";

/** Labels of what the chosen servers say. */
export const SERVERS = ofSpire(JOBS.spireServer);

/** Labels of what the chosen agents say. */
export const AGENTS = ofSpire(JOBS.spireAgent);

/** Labels of what the chosen controller managers say. */
export const MANAGERS = ofSpire(JOBS.spireManager);

/** Workloads that ask an agent who they are. */
export const ATTESTATION = "spire_agent_workload_api_workload_attestation";

/** Agents that ask a server for registrations. */
export const SYNC = "spire_agent_manager_sync_fetch_entries_updates";

/** End of a server's CA (seconds since 1970). */
export const CA_EXPIRY = "spire_server_manager_x509_ca_rotate_expiration";

/** Labels, and a call that did not succeed. */
export function failed(labels: string): string {
    return `${labels}, status!="OK"`;
}

/** Red where the alert fires, yellow where the next CA should be in use; without colours where SPIRE is not ours. */
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
