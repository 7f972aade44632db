import { JOBS } from "../../../components/monitoring/jobs";
import type { RuleContext } from "../../../components/monitoring/rules";
import { flat, grows, object, spire as spireSeries, STATE_METRICS_UP } from "../support/samples";
import type { CaseTable, Expected } from "../support/types";

/** SPIRE of the stack, which both stacks have. */
export function ofSpire({ spire }: RuleContext) {
    if (spire === undefined) {
        throw new Error("the stack has no SPIRE");
    }
    return spire;
}

/** SPIRE's server and controller manager. */
export const spireServer: CaseTable = {
    groups: ["spire-server"],
    cases: (context) => {
        const { serverNamespace: namespace, systemNamespace, caChangeSeconds, selfSigned } = ofSpire(context);
        const server = (name: string, labels = {}) => spireSeries(JOBS.spireServer, namespace, name, labels);
        const ready = object("kube_statefulset_status_replicas_ready", { namespace, statefulset: "spire-server" });
        const down: Expected[] = [
            {
                labels: { severity: "critical", namespace, statefulset: "spire-server" },
                description: `StatefulSet spire-server in ${namespace} has no ready pod, or is gone: no SVID is signed.`,
            },
        ];
        const end = server("spire_server_manager_x509_ca_rotate_expiration", { trust_domain_id: "x0tta6bl4.mesh" });
        const threshold = caChangeSeconds * 0.6;
        const bundle = { namespace: systemNamespace, configmap: "spire-bundle" };
        const info = object("kube_configmap_info", bundle);
        const version = object("kube_configmap_metadata_resource_version", bundle);
        const prepared = server("spire_server_ca_manager_x509_ca_prepare", { status: "OK" });
        const stale: Expected[] = [
            {
                labels: { severity: "critical", ...bundle },
                description: `ConfigMap spire-bundle in ${systemNamespace} is not what the SPIRE server has: agents that start now are not trusted.`,
            },
        ];
        const attestations = (status: string) => server("spire_server_rpc_agent_v1_agent_attest_agent", { status });
        const leader = (pod: string) =>
            spireSeries(JOBS.spireManager, namespace, "leader_election_master_status", {
                pod,
                name: "spire-controller-manager",
            });
        return {
            SpireServerDown: [
                {
                    kind: "fires",
                    title: "no server is ready",
                    series: { [ready]: flat(0) },
                    notYetAt: "1m30s",
                    at: "2m",
                    fires: down,
                },
                { kind: "fires", title: "the StatefulSet is gone", series: STATE_METRICS_UP, at: "2m", fires: down },
                { kind: "boundary", title: "one server of three is ready", series: { [ready]: flat(1) }, at: "20m" },
                {
                    kind: "stays quiet",
                    title: "it restarts within a minute",
                    series: { [ready]: "1x4 0x1 1x20" },
                    at: "3m",
                },
                { kind: "no data", title: "kube-state-metrics does not answer", series: {}, at: "20m" },
            ],
            SpireCaExpiring: [
                {
                    kind: "fires",
                    title: "the CA ends a minute before the threshold",
                    series: { [end]: flat(threshold + 600 - 60) },
                    notYetAt: "5m",
                    at: "16m",
                    // 6 minutes after the threshold was passed.
                    fires: [
                        {
                            labels: { severity: "critical", namespace, pod: "spire-server-0" },
                            description: `The CA of spire-server-0 ends in ${hours(threshold - 420)}; the next one should be in use by now.`,
                        },
                    ],
                },
                {
                    kind: "boundary",
                    title: "as much is left as the threshold says",
                    series: { [end]: flat(threshold + 1800) },
                    at: "30m",
                },
                {
                    kind: "stays quiet",
                    title: "a new CA came in time",
                    series: { [end]: `${threshold}x2 ${threshold + 90_000}x100` },
                    at: "20m",
                },
                { kind: "never set", title: "no CA was made yet", series: { [end]: flat(0) }, at: "20m" },
                { kind: "no data", title: "the server is not scraped", series: {}, at: "20m" },
            ],
            SpireBundleStale: [
                {
                    kind: "fires",
                    title: "the ConfigMap is gone",
                    series: STATE_METRICS_UP,
                    notYetAt: "9m30s",
                    at: "10m",
                    fires: stale,
                },
                {
                    kind: selfSigned ? "fires" : "stays quiet",
                    title: "a new CA was made, and the ConfigMap did not change",
                    series: { ...STATE_METRICS_UP, [info]: flat(1), [version]: flat(7), [prepared]: "1x60 2x200" },
                    at: "55m",
                    fires: selfSigned ? stale : [],
                },
                {
                    kind: "boundary",
                    title: "a new CA was made, and the ConfigMap changed",
                    series: { ...STATE_METRICS_UP, [info]: flat(1), [version]: "7x61 8x200", [prepared]: "1x60 2x200" },
                    at: "55m",
                },
                {
                    kind: "stays quiet",
                    title: "no new CA was made",
                    series: { ...STATE_METRICS_UP, [info]: flat(1), [version]: flat(7), [prepared]: flat(1) },
                    at: "1h30m",
                },
                { kind: "no data", title: "kube-state-metrics does not answer", series: {}, at: "20m" },
            ],
            SpireNodeAttestationFailing: [
                {
                    kind: "fires",
                    title: "an agent is refused each minute",
                    series: { [attestations("PermissionDenied")]: grows(0.5), [attestations("OK")]: flat(3) },
                    at: "20m",
                    fires: [
                        {
                            labels: { severity: "warning", namespace, status: "PermissionDenied" },
                            description: "15 attestations of agents failed in 15 minutes: PermissionDenied.",
                        },
                    ],
                },
                {
                    kind: "boundary",
                    title: "3 are refused in 15 minutes",
                    series: { [attestations("PermissionDenied")]: grows(0.1) },
                    at: "1h",
                },
                {
                    kind: "stays quiet",
                    title: "agents end while they are attested",
                    series: { [attestations("Canceled")]: grows(2) },
                    at: "1h",
                },
                { kind: "no data", title: "no agent asked", series: {}, at: "1h" },
            ],
            SpireNoLeader: [
                {
                    kind: "fires",
                    title: "all stand by",
                    series: { [leader("spire-server-0")]: flat(0), [leader("spire-server-1")]: flat(0) },
                    notYetAt: "9m30s",
                    at: "10m",
                    fires: [
                        {
                            labels: { severity: "warning", namespace },
                            description: `No controller manager in ${namespace} holds the lease: new pods get no entry.`,
                        },
                    ],
                },
                {
                    kind: "boundary",
                    title: "one of two leads",
                    series: { [leader("spire-server-0")]: flat(0), [leader("spire-server-1")]: flat(1) },
                    at: "30m",
                },
                {
                    kind: "stays quiet",
                    title: "the leader changes",
                    series: { [leader("spire-server-0")]: "1x4 0x60", [leader("spire-server-1")]: "0x8 1x60" },
                    at: "20m",
                },
                { kind: "no data", title: "the controller manager is not scraped", series: {}, at: "30m" },
            ],
        };
    },
};

/** Seconds as Prometheus writes them in texts. */
function hours(seconds: number): string {
    const [whole, rest] = [Math.floor(seconds / 3600), seconds % 3600];
    return `${whole}h ${Math.floor(rest / 60)}m ${rest % 60}s`;
}
