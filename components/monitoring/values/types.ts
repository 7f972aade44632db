/** Values of a chart: plain data. */
export interface Values {
    readonly [key: string]: Value;
}

/** One value of a chart; `undefined` leaves it to the chart. */
export type Value = string | number | boolean | null | undefined | Values | readonly Value[];
