import { chartRefusals } from "../monitoring/chart";
import type { Settings } from "../../settings";
import { type Finding, fromRefusal } from "../report";

/** Can the chart of monitoring be had? */
export async function chartFindings({ monitoring }: Settings): Promise<Finding[]> {
    const { chart, enabled } = monitoring;
    if (!enabled || chart.type === "existing") {
        return [];
    }
    const name = "Chart of monitoring";
    const refusals = await chartRefusals(chart);
    const source = { repository: "its repository", oci: "its registry", file: "its file" }[chart.type];
    return refusals.length === 0
        ? [{ status: "ok", name, detail: `${source} is there` }]
        : refusals.map((refusal) => fromRefusal(name, refusal));
}
