import { DataqueryBuilder, PromQueryFormat } from "@grafana/grafana-foundation-sdk/prometheus";
import type { Query } from "./model";

/** Name of the variable that holds the data source. */
export const DATASOURCE = "datasource";

/** The data source of every query: the one that is chosen at the dashboard's top. */
export const datasourceRef = { type: "prometheus", uid: `\${${DATASOURCE}}` };

/** A query over the dashboard's time. */
export function rangeQuery({ expr, legend }: Query, index: number): DataqueryBuilder {
    return query(expr, index).range().legendFormat(legend);
}

/** A query at the end of the dashboard's time, one line for each label set. */
export function instantQuery({ expr }: Query, index: number): DataqueryBuilder {
    return query(expr, index).instant().format(PromQueryFormat.Table);
}

/** Identity of a query within its panel: A, B, C ... */
export function refId(index: number): string {
    return String.fromCharCode("A".charCodeAt(0) + index);
}

function query(expr: string, index: number): DataqueryBuilder {
    return new DataqueryBuilder().refId(refId(index)).datasource(datasourceRef).expr(expr);
}
