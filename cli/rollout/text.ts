import { type Cell, table, type Terminal, type Tone } from "../../terminal/text";
import { type DeliveryState, type LiveRollout, stepsOf } from "../../kube/rollout/live";
import { placeOf, rolloutReport } from "../../kube/rollout/report";

/** Colour and words of each state. */
const STATES: Readonly<Record<DeliveryState, readonly [Tone, string]>> = {
    unseen: ["warn", "the controller has not seen the newest version yet"],
    delivered: ["good", "delivered: every pod is of the newest version"],
    progressing: ["warn", "a new version is under way"],
    waiting: ["warn", "a new version waits for a person: npx x0 rollout promote, or abort"],
    stopped: ["bad", "a new version goes no further, and its pods stay: npx x0 rollout abort, then the message"],
    aborted: ["bad", "aborted: the old version serves; docs/runbooks/X0tta6bl4RolloutAborted.md"],
};

/** The Rollout on a few lines. */
export function rolloutText(live: LiveRollout, terminal: Pick<Terminal, "columns" | "colour">): string {
    const { name, state, message, pods, version, analysis } = rolloutReport(live);
    const [tone, words] = STATES[state];
    const rows: (readonly Cell[])[] = [
        ["Rollout", name],
        ["state", [words, tone]],
        ...(message === "" ? [] : [["message", message] as const]),
        live.spec.strategy.canary === undefined
            ? ["service", placeOf(live)]
            : ["step", `${placeOf(live)}${weightOf(live)}`],
        ["pods", `${pods.available} of ${pods.wanted} available, ${pods.newest} of the newest version`],
        ["versions", version.newest === version.stable ? version.stable : `${version.newest} beside ${version.stable}`],
        ...(analysis === undefined
            ? []
            : [
                  [
                      "analysis",
                      `${analysis.status}, ${analysis.name}${analysis.message === "" ? "" : `: ${analysis.message}`}`,
                  ] as const,
              ]),
    ];
    return table(rows, terminal).join("\n");
}

/** The weight of the step that the Rollout is at; none once all pods are of one version. */
function weightOf(live: LiveRollout): string {
    const { status } = live;
    const taken = stepsOf(live).slice(0, (status.currentStepIndex ?? 0) + 1);
    const weight = taken.flatMap(({ setWeight }) => setWeight ?? []).at(-1);
    return weight === undefined || status.currentPodHash === status.stableRS ? "" : `, ${weight} %`;
}
