import { type Fault, setCommand } from "../shared/faults";
import { isRollout } from "../mesh/delivery";
import { ownsOperator } from "../monitoring/schema";
import type { MeshSettings, MonitoringSettings } from "../schema";

/** An analysis without a Prometheus to ask would abort every new version after its first measurements. */
export function analysisHasPrometheus(
    stack: string,
    { mesh: { delivery }, monitoring }: { readonly mesh: MeshSettings; readonly monitoring: MonitoringSettings },
): Fault[] {
    if (!isRollout(delivery) || !delivery.analysis.enabled) {
        return [];
    }
    if (ownsOperator(monitoring) || delivery.analysis.prometheus !== undefined) {
        return [];
    }
    const why = monitoring.enabled ? "monitoring.chart.type is existing" : "monitoring.enabled is false";
    return [
        {
            key: "mesh.delivery.analysis.prometheus",
            allowed: `the address of your Prometheus, since ${why}; or set mesh.delivery.analysis.enabled to false, and nothing but the deadline stops a bad version`,
            fix: setCommand(stack, "mesh.delivery.analysis.prometheus", "http://prometheus.monitoring.svc:9090"),
        },
    ];
}
