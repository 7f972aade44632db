import type { MonitoringArgs } from "../args";
import type { OwnChart } from "../chart";
import { alertmanagerValues } from "./alertmanager";
import { clusterValues } from "./cluster";
import { exporterValues } from "./exporters";
import { grafanaValues } from "./grafana";
import { operatorValues } from "./operator";
import { prometheusValues } from "./prometheus";
import type { Values } from "./types";

/** Values of the chart: no secret and nothing that a preview could not know, or its policies would not be judged. */
export function chartValues(args: MonitoringArgs, chart: OwnChart): Values {
    return {
        ...clusterValues(args, chart),
        ...operatorValues(args),
        ...prometheusValues(args),
        ...exporterValues(args),
        ...alertmanagerValues(),
        ...grafanaValues(args),
    };
}
