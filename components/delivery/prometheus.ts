import type { MeshSettings, MonitoringSettings } from "../../settings/schema";
import { isRollout } from "../../settings/mesh/delivery";
import { ownsOperator } from "../../settings/monitoring/schema";
import { SERVICES } from "../monitoring/names";
import type { PrometheusAddress } from "./args";

/** Prometheus that judges new versions: the one of the settings, else this stack's own; `undefined` without an analysis. */
export function judgingPrometheus(
    { delivery }: Pick<MeshSettings, "delivery">,
    monitoring: MonitoringSettings,
): PrometheusAddress | undefined {
    if (!isRollout(delivery) || !delivery.analysis.enabled) {
        return undefined;
    }
    if (delivery.analysis.prometheus !== undefined) {
        return { url: delivery.analysis.prometheus };
    }
    const { name, port } = SERVICES.prometheus;
    const { namespace } = monitoring;
    return ownsOperator(monitoring) ? { url: `http://${name}.${namespace}.svc:${port}`, namespace } : undefined;
}
