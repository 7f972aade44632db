import type { PanelSpec } from "./model";

/** Number of columns of Grafana's grid. */
export const COLUMNS = 24;

/** Height of each kind of panel (grid units). */
const HEIGHT = { stat: 4, timeseries: 8, table: 8 } as const satisfies Record<PanelSpec["kind"], number>;

/** A position on the grid (grid units). */
export interface GridPos {
    readonly x: number;
    readonly y: number;
    readonly w: number;
    readonly h: number;
}

/** Panels with their positions. */
export interface Placed {
    readonly placed: readonly { readonly item: PanelSpec; readonly position: GridPos }[];
    /** First free grid line below the panels. */
    readonly bottom: number;
}

/** Places panels from left to right, and starts a new line if a panel does not fit. */
export function place(panels: readonly PanelSpec[], top: number): Placed {
    let [x, y, bottom] = [0, top, top];
    const placed = panels.map((item) => {
        const { width: w, kind } = item;
        if (x + w > COLUMNS) {
            [x, y] = [0, bottom];
        }
        const position = { x, y, w, h: HEIGHT[kind] };
        x += w;
        bottom = Math.max(bottom, y + position.h);
        return { item, position };
    });
    return { placed, bottom };
}
