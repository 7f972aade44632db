/** Values of a Helm chart: plain data. */
export interface Values {
    readonly [key: string]: ChartValue;
}

/** A value of a Helm chart; `undefined` keeps the chart's default. */
export type ChartValue = string | number | boolean | null | undefined | Values | readonly ChartValue[];
