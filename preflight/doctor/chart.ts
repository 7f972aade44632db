import { chartRefusals } from "../monitoring/chart";
import type { Settings } from "../../settings";
import { type CheckFinding, fromRefusal } from "../report";

/** Is the monitoring chart available? */
export async function chartFindings({ monitoring }: Settings): Promise<CheckFinding[]> {
    const { chart, enabled } = monitoring;
    if (!enabled || chart.type === "existing") {
        return [];
    }
    const name = "Monitoring chart";
    const refusals = await chartRefusals(chart);
    const source = { repository: "its repository", oci: "its registry", file: "its file" }[chart.type];
    return refusals.length === 0
        ? [{ status: "ok", name, detail: `${source} is available` }]
        : refusals.map((refusal) => fromRefusal(name, refusal));
}
