/** Values of a chart: plain data. */
export interface Values {
    readonly [key: string]: Value;
}

/** One value of a chart. */
export type Value = string | number | boolean | null | Values | readonly Value[];
