import { programRun, record, text } from "./mesh";
import { at, only, type Overrides, type ProgramRun, type Registered } from "./program";

/** Resources that the program sends, with monitoring settings merged into the stack file. */
export function monitoringRun(monitoring: Overrides = {}, stack = "staging"): Promise<ProgramRun> {
    return programRun(stack, { monitoring });
}

/** ServiceMonitors and PodMonitors, by namespace and name. */
export function monitorsOf({ resources }: ProgramRun): Record<string, Registered> {
    return Object.fromEntries(
        resources
            .filter(({ inputs }) => inputs.kind === "ServiceMonitor" || inputs.kind === "PodMonitor")
            .map((monitor) => [
                `${text(monitor.inputs.kind)} ${text(at(monitor.inputs, "metadata", "namespace"))}/${text(at(monitor.inputs, "metadata", "name"))}`,
                monitor,
            ]),
    );
}

/** Whether labels match a selector of labels only; an empty selector matches everything. */
export function fits(selector: unknown, labels: unknown): boolean {
    return Object.entries(record(at(selector, "matchLabels") ?? {})).every(([key, value]) => at(labels, key) === value);
}

/** Values of the chart in a run of the program. */
export function chartValuesOf(run: ProgramRun): unknown {
    return at(only(run, "Release", "monitoring-chart").inputs, "values");
}
