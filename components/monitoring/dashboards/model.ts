/** A query of a panel. */
export interface Query {
    /** PromQL; may use the dashboard's variables and `$__rate_interval`. */
    readonly expr: string;
    /** Name of each series, e.g. `{{pod}}`; the column's title in a table. */
    readonly legend: string;
    /** In a table: unit of this column, when it is not the panel's. */
    readonly unit?: string;
}

/** Colours by value; see `thresholds.ts`. */
export interface Thresholds {
    /** Colour below the first step. */
    readonly base: string;
    /** Colour from a value on, by rising value. */
    readonly steps: readonly { readonly from: number; readonly color: string }[];
}

/** What every panel says. */
interface PanelBase {
    /** What it shows, unique within the dashboard. */
    readonly title: string;
    /** What it means, which way is bad, and where the numbers come from. */
    readonly description: string;
    /** Unit of the values: a constant of the SDK's `units`. */
    readonly unit: string;
    /** Queries; more than one share the panel's axis. */
    readonly queries: readonly Query[];
    /** Colours by value. Default: one neutral colour. */
    readonly thresholds?: Thresholds;
    /** Columns of the 24 that the panel takes. */
    readonly width: number;
    /** What stands there when a query finds nothing. Default: that nothing was measured yet. */
    readonly noValue?: string;
    /** Lower and upper end of the scale. */
    readonly min?: number;
    readonly max?: number;
    /** Alerts about the same thing: the panel links to their runbooks. */
    readonly alerts?: readonly string[];
}

/** One number, large. */
export interface StatPanel extends PanelBase {
    readonly kind: "stat";
    /** Words instead of some values, with their colours. */
    readonly words?: Readonly<Record<string, { readonly text: string; readonly color: string }>>;
}

/** Lines over time. */
export interface TimeSeriesPanel extends PanelBase {
    readonly kind: "timeseries";
    /** Whether the series add up to something: they are stacked then. */
    readonly stacked?: boolean;
}

/** The latest value of each label set, one line each; queries after the first add columns. */
export interface TablePanel extends PanelBase {
    readonly kind: "table";
    /** Labels that make a line; everything else is hidden. */
    readonly by: readonly string[];
}

/** A panel. */
export type PanelSpec = StatPanel | TimeSeriesPanel | TablePanel;

/** Panels under a heading. */
export interface RowSpec {
    readonly title: string;
    readonly panels: readonly PanelSpec[];
}

/** A choice at the top of a dashboard, filled by a query. */
export interface Variable {
    /** Name in queries, without `$`. */
    readonly name: string;
    /** Name for people. */
    readonly label: string;
    /** `label_values(...)` as Grafana's Prometheus data source knows it. */
    readonly query: string;
    /** Whether several values, or all, may be chosen: queries then match with `=~`. */
    readonly multi: boolean;
}

/** A dashboard as data; `build.ts` makes Grafana's JSON of it, `npm run docs` a page for people. */
export interface DashboardSpec {
    /** Identity in Grafana and end of its address: must never change. */
    readonly uid: string;
    readonly title: string;
    /** The question that its first row answers at a glance. */
    readonly question: string;
    /** Choices at its top, after the data source. */
    readonly variables: readonly Variable[];
    /** The first row holds single numbers, the others the details. */
    readonly rows: readonly RowSpec[];
}
