import { DataqueryBuilder, PromQueryFormat } from "@grafana/grafana-foundation-sdk/prometheus";
import type { Query } from "./model";

/** Name of the variable that holds the data source. */
export const DATASOURCE = "datasource";

/** Data source of every query: the one selected at the top of the dashboard. */
export const datasourceRef = { type: "prometheus", uid: `\${${DATASOURCE}}` };

/** Range query over the dashboard's time range. */
export function rangeQuery({ expr, legend }: Query, index: number): DataqueryBuilder {
    return query(expr, index).range().legendFormat(legend);
}

/** Instant query at the end of the dashboard's time range, with one row for each label set. */
export function instantQuery({ expr }: Query, index: number): DataqueryBuilder {
    return query(expr, index).instant().format(PromQueryFormat.Table);
}

/** Reference ID of a query within its panel: A, B, C ... */
export function refId(index: number): string {
    return String.fromCharCode("A".charCodeAt(0) + index);
}

function query(expr: string, index: number): DataqueryBuilder {
    return new DataqueryBuilder().refId(refId(index)).datasource(datasourceRef).expr(expr);
}
