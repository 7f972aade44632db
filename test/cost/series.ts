import { MIB } from "../../policy/cost/amounts";

/** Usage of a container: a sample every five minutes. */
export interface Series {
    readonly name: string;
    /** Cores. */
    readonly cpu: readonly number[];
    /** Bytes. */
    readonly memory: readonly number[];
}

/** Samples of a day, and of all series: eight days, the window of the Vertical Pod Autoscaler. */
const DAY = 288;
const LENGTH = 8 * DAY;

function series(name: string, cpu: (sample: number) => number, mebibytes: (sample: number) => number): Series {
    const samples = Array.from({ length: LENGTH }, (_, index) => index);
    return { name, cpu: samples.map(cpu), memory: samples.map((sample) => mebibytes(sample) * MIB) };
}

/** A value that rises and falls once a day between two bounds. */
const daily = (least: number, most: number) => (sample: number) =>
    least + ((most - least) * (1 - Math.cos((2 * Math.PI * sample) / DAY))) / 2;

/** A value that is another one for some samples of each day, as at a start. */
const started = (usual: number, peak: number, samples: number) => (sample: number) =>
    sample % DAY < samples ? peak : usual;

/** A value that grows from the first sample to the last. */
const growing = (first: number, last: number) => (sample: number) => first + ((last - first) * sample) / (LENGTH - 1);

/** Usage as it is known from services, with answers that can be calculated by hand. */
export const SERIES: readonly Series[] = [
    series(
        "steady",
        () => 0.2,
        () => 300,
    ),
    series("daily peak", daily(0.1, 0.5), daily(200, 400)),
    series("start-up peak", started(0.05, 1.5, 2), started(120, 480, 1)),
    series("growing", growing(0.1, 0.3), growing(100, 500)),
    series(
        "very small",
        () => 0.004,
        () => 20,
    ),
];
