import type { Change } from "./report";

/** Kind of the workload that delivers by canaries or blue/green. */
const ROLLOUT = "Rollout ";

/** Part of the workload's fields whose change makes a new version. */
const TEMPLATE = /^spec\.template(\.|$)/;

/**
 * What changes do that no line of theirs says: a changed pod template of a Rollout starts a canary, which the update does
 * not wait for, and a Rollout that takes the place of a Deployment, or gives it back, moves all pods at once.
 * @returns a sentence for each such Rollout; none without canaries.
 */
export function canaryNotes(changes: readonly Change[]): string[] {
    return changes.flatMap(({ op, object, details }) => {
        if (!object.startsWith(ROLLOUT)) {
            return [];
        }
        const name = object.slice(ROLLOUT.length);
        const other = changes.find(
            (change) => change.object === `Deployment ${name}` && change.op === (op === "create" ? "delete" : "create"),
        );
        switch (op) {
            case "create":
                return other === undefined
                    ? []
                    : [
                          `${object} takes the place of the Deployment: all its pods start before those of the Deployment end`,
                      ];
            case "delete":
                return other === undefined
                    ? []
                    : [`a Deployment takes the place of ${object}: all its pods start before those of the Rollout end`];
            case "update":
                return details.some(({ path }) => TEMPLATE.test(path))
                    ? [
                          `${object} starts a canary, or with blueGreen a preview, for which the update does not wait: npx x0 rollout watch`,
                      ]
                    : [];
            default:
                return [];
        }
    });
}
