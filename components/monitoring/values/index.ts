import { alertmanagerValues } from "../alertmanager/values";
import type { MonitoringArgs } from "../args";
import type { OwnChart } from "../chart";
import { grafanaValues } from "../grafana/values";
import { clusterValues } from "./cluster";
import { exporterValues } from "./exporters";
import { operatorValues } from "./operator";
import { prometheusValues } from "./prometheus";
import type { Values } from "./types";

/**
 * Values of the chart: they contain no secrets and nothing unknown during a preview; otherwise policies would not be
 * evaluated.
 */
export function chartValues(args: MonitoringArgs, chart: OwnChart): Values {
    return {
        ...clusterValues(args, chart),
        ...operatorValues(args),
        ...prometheusValues(args),
        ...exporterValues(args),
        ...alertmanagerValues(args),
        ...grafanaValues(args),
    };
}
