import type { RuleContext } from "../rules/types";
import { errors } from "./errors";
import type { DashboardSpec } from "./model";
import { performance } from "./performance";
import { pods } from "./pods";
import { security } from "./security";
import { slo } from "./slo";
import { spire } from "./spire";
import { topology } from "./topology";
import { withRollouts } from "./workload";

/** All dashboards in the order of the documentation; SPIRE's only if this stack creates SPIRE. */
export function dashboards(context: RuleContext): DashboardSpec[] {
    const all = [
        slo(context),
        errors(context),
        performance(context),
        topology(context),
        pods(context),
        security(context),
        ...(context.spire === undefined ? [] : [spire(context)]),
    ];
    return all.map((spec) => withRollouts(spec, context.mesh.delivery));
}
