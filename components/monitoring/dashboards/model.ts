/** A query of a panel. */
export interface Query {
    /** PromQL expression; can use the dashboard's variables and `$__rate_interval`. */
    readonly expr: string;
    /** Legend of each series, e.g. `{{pod}}`; in a table, the title of the column. */
    readonly legend: string;
    /** In a table: unit of this column. Default: the panel's unit. */
    readonly unit?: string;
}

/** Colour thresholds; see `thresholds.ts`. */
export interface Thresholds {
    /** Colour below the first step. */
    readonly base: string;
    /** Colours from a value upwards, in ascending order. */
    readonly steps: readonly { readonly from: number; readonly color: string }[];
}

/** Fields of every panel. */
interface PanelBase {
    /** Title, unique within the dashboard. */
    readonly title: string;
    /** Meaning of the values, which direction is bad, and the source of the data. */
    readonly description: string;
    /** Unit of the values: a constant of the SDK's `units`. */
    readonly unit: string;
    /** Queries; all share the panel's axis. */
    readonly queries: readonly Query[];
    /** Colour thresholds. Default: one neutral colour. */
    readonly thresholds?: Thresholds;
    /** Width (grid columns, out of 24). */
    readonly width: number;
    /** Text shown if a query returns no data. Default: `NOTHING_YET`. */
    readonly noValue?: string;
    /** Minimum and maximum of the scale. Default: chosen by Grafana. */
    readonly min?: number;
    readonly max?: number;
    /** Names of related alerts; the panel links to their runbooks. */
    readonly alerts?: readonly string[];
}

/** A stat panel: a single large number. */
export interface StatPanel extends PanelBase {
    readonly kind: "stat";
    /** Value mappings: text shown instead of some values, with its colour. */
    readonly words?: Readonly<Record<string, { readonly text: string; readonly color: string }>>;
}

/** A time series panel. */
export interface TimeSeriesPanel extends PanelBase {
    readonly kind: "timeseries";
    /** Whether the series are stacked, because their sum is meaningful. */
    readonly stacked?: boolean;
}

/** A table panel: the latest value of each label set in a row; each further query adds a column. */
export interface TablePanel extends PanelBase {
    readonly kind: "table";
    /** Labels that identify a row; all others are hidden. */
    readonly by: readonly string[];
}

/** A panel of any kind. */
export type PanelSpec = StatPanel | TimeSeriesPanel | TablePanel;

/** A row: panels under a heading. */
export interface RowSpec {
    readonly title: string;
    readonly panels: readonly PanelSpec[];
}

/** A variable that users select at the top of a dashboard, populated by a query. */
export interface Variable {
    /** Name in queries, without `$`. */
    readonly name: string;
    /** Display name. */
    readonly label: string;
    /** `label_values(...)` query of Grafana's Prometheus data source. */
    readonly query: string;
    /** Whether several or all values can be selected; queries then match with `=~`. */
    readonly multi: boolean;
}

/** A dashboard as data; `build.ts` converts it to Grafana's model, `npm run docs` to a documentation page. */
export interface DashboardSpec {
    /** Unique identifier (UID) in Grafana, part of the dashboard's URL; must never change. */
    readonly uid: string;
    readonly title: string;
    /** The question that its first row answers at a glance. */
    readonly question: string;
    /** Variables at the top, after the data source. */
    readonly variables: readonly Variable[];
    /** Rows; the first contains stat panels, the others contain details. */
    readonly rows: readonly RowSpec[];
}
