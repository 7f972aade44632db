/** Values of a chart: plain data. */
export interface Values {
    readonly [key: string]: ChartValue;
}

/** One value of a chart; `undefined` leaves it to the chart. */
export type ChartValue = string | number | boolean | null | undefined | Values | readonly ChartValue[];
