import { gone, series } from "./promql";
import { RECORDS } from "./records";
import { unlessMeshStarts, requestRecordings, signalRecordings } from "./signals";
import type { Alert, Group, RuleContext } from "./types";
import { asWorkload, availablePods, availableQuery, workloadLabels } from "./workload";

/** Alerts on symptoms that users of the mesh notice: errors, latency, an outage. */
export function userGroups(context: RuleContext): Group[] {
    return [
        { name: "requests", recordings: requestRecordings(context), alerts: [] },
        {
            name: "users",
            recordings: signalRecordings(context),
            alerts: [highErrorRate(context), meshDown(context), highLatency(context)],
        },
    ];
}

function highErrorRate({ settings, mesh }: RuleContext): Alert {
    return {
        alert: "X0tta6bl4HighErrorRate",
        expr: `${series(RECORDS.errors("5m"), { namespace: mesh.namespace })} > ${settings.errorPercent / 100}`,
        for: "5m",
        severity: "warning",
        team: "mesh",
        summary: "Too many requests to the mesh fail.",
        description:
            "{{ $value | humanizePercentage }} of the requests to {{ $labels.namespace }} fail (probes, where the app records no requests).",
        condition: `more than ${settings.errorPercent} % of requests end with 5xx; while fewer than ${settings.minimumRequestRate} requests/s are recorded: of probes fail, or of the time no pod is available`,
        settings: ["errorPercent", "minimumRequestRate"],
    };
}

function meshDown({ mesh }: RuleContext): Alert {
    const by = workloadLabels(mesh);
    const { name, labels, more } = availableQuery(mesh);
    const none = `sum by (${by}) (${availablePods(mesh)}) == 0 ${unlessMeshStarts(mesh, by)} or ${gone(name, labels, by, ...more)}`;
    const what = mesh.delivery !== "rolling" ? "Rollout" : "Deployment";
    return {
        alert: "X0tta6bl4MeshDown",
        expr: asWorkload(mesh, none),
        for: "2m",
        severity: "critical",
        team: "mesh",
        summary: "No pod of the mesh is available.",
        description: `${what} {{ $labels.deployment }} in {{ $labels.namespace }} has no available pod, or is gone.`,
        condition: `no pod of the ${what} is available, or the ${what} is gone; a first deployment has ${mesh.startSeconds} s to start`,
        settings: [],
    };
}

function highLatency({ settings, mesh }: RuleContext): Alert {
    return {
        alert: "X0tta6bl4HighLatency",
        expr: `${series(RECORDS.latency, { namespace: mesh.namespace })} > ${settings.latencySeconds}`,
        for: "5m",
        severity: "warning",
        team: "mesh",
        summary: "The mesh answers slowly.",
        description:
            "One in twenty requests to {{ $labels.namespace }} takes longer than {{ $value | humanizeDuration }} (probes, where the app records no requests).",
        condition: `95th percentile of requests above ${settings.latencySeconds} s; while fewer than ${settings.minimumRequestRate} requests/s are recorded: of answers to probes`,
        settings: ["latencySeconds", "minimumRequestRate"],
    };
}
