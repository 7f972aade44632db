import { labels, type Labels } from "../shared/labels";
import type { MonitoringArgs } from "./args";

/** Labels of one part of monitoring, for objects that this program creates directly. */
export function partLabels({ environment }: Pick<MonitoringArgs, "environment">, app: string): Labels {
    return labels(app, "monitoring", environment);
}
