import { formatDuration } from "../../../settings/shared/duration";
import { series } from "./promql";
import type { Alert, Group, RuleContext } from "./types";

/** Phases of a Rollout that did not complete; `RolloutPhase` in its controller/metrics. */
const FAILED = "Abort|Timeout|Error|InvalidSpec";

/** Time that a Rollout can wait beyond the pauses of its steps before the alert fires (s). */
const WAITING_SECONDS = 3_600;

/** Alerts on the Rollout, from metrics of its controller; empty with a Deployment. */
export function deliveryGroups(context: RuleContext): Group[] {
    return context.mesh.delivery !== "rolling"
        ? [{ name: "delivery", alerts: [rolloutAborted(context), rolloutWaiting(context)] }]
        : [];
}

/** The Rollout in a phase. Its name is the stack's own, and a controller of another stack names the namespace differently. */
function inPhase({ mesh }: RuleContext, matcher: string): string {
    return `max by (name, phase) (${series("rollout_info", { name: mesh.name }, matcher)}) == 1`;
}

function rolloutAborted(context: RuleContext): Alert {
    return {
        alert: "X0tta6bl4RolloutAborted",
        expr: inPhase(context, `phase=~"${FAILED}"`),
        for: "1m",
        severity: "warning",
        team: "mesh",
        labels: { namespace: context.mesh.namespace },
        summary: "A new version of the mesh was not delivered.",
        description: `Rollout {{ $labels.name }} in ${context.mesh.namespace} is in phase {{ $labels.phase }}: the old version serves, and the settings still ask for the new one.`,
        condition: "the Rollout was aborted, passed its deadline, or is invalid",
        settings: [],
    };
}

function rolloutWaiting(context: RuleContext): Alert {
    return {
        alert: "X0tta6bl4RolloutWaiting",
        expr: inPhase(context, 'phase="Paused"'),
        for: formatDuration(WAITING_SECONDS + context.mesh.longestPauseSeconds),
        severity: "info",
        team: "mesh",
        labels: { namespace: context.mesh.namespace },
        summary: "A new version waits for a person.",
        description: `Rollout {{ $labels.name }} in ${context.mesh.namespace} waits at a step: two versions serve until it is promoted or aborted.`,
        condition: "the Rollout is paused an hour longer than a step of its settings lasts",
        settings: [],
    };
}
