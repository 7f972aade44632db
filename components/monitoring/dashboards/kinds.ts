import type { PanelSpec, RowSpec, StatPanel, TablePanel, TimeSeriesPanel } from "./model";

type Without<T> = Omit<T, "kind" | "width"> & { readonly width?: number };

/** The first row: six stat panels. */
export function glance(...panels: PanelSpec[]): RowSpec {
    return { title: "At a glance", panels };
}

/** A row with a title. */
export function row(title: string, ...panels: PanelSpec[]): RowSpec {
    return { title, panels };
}

/** A stat panel; six fit in a line. */
export function stat(spec: Without<StatPanel>): StatPanel {
    return { kind: "stat", width: 4, ...spec };
}

/** A time series panel; two fit side by side. */
export function lines(spec: Without<TimeSeriesPanel>): TimeSeriesPanel {
    return { kind: "timeseries", width: 12, ...spec };
}

/** A table panel of full width. */
export function table(spec: Without<TablePanel>): TablePanel {
    return { kind: "table", width: 24, ...spec };
}
