import type { PanelSpec } from "./model";

/** Columns of Grafana's grid. */
export const COLUMNS = 24;

/** Height of each kind of panel, in lines of the grid. */
const HEIGHT = { stat: 4, timeseries: 8, table: 8 } as const satisfies Record<PanelSpec["kind"], number>;

/** A place on the grid. */
export interface GridPos {
    readonly x: number;
    readonly y: number;
    readonly w: number;
    readonly h: number;
}

/** Panels with their places. */
export interface Placed {
    readonly placed: readonly { readonly item: PanelSpec; readonly position: GridPos }[];
    /** First free line below them. */
    readonly bottom: number;
}

/** Places panels from left to right, and on a new line where one does not fit any more. */
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
