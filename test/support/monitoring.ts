import { at, only, type ProgramRun } from "./program";

/** Values of the chart in a run of the program. */
export function chartValuesOf(run: ProgramRun): unknown {
    return at(only(run, "Release", "monitoring-chart").inputs, "values");
}
