import { labels, type Labels } from "../shared/labels";
import type { MonitoringArgs } from "./args";

/** Labels of the objects of one part of monitoring that the program itself makes. */
export function partLabels({ environment }: Pick<MonitoringArgs, "environment">, app: string): Labels {
    return labels(app, "monitoring", environment);
}
