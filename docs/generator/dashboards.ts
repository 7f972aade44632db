import * as units from "@grafana/grafana-foundation-sdk/units";
import type { DashboardSpec, PanelSpec, Thresholds } from "../../components/monitoring/dashboards/model";
import { NOTHING_YET } from "../../components/monitoring/dashboards/panels";
import { ANY } from "../../components/monitoring/dashboards/thresholds";
import { code } from "./markdown";

/** Words for the units in use; a unit without any is shown by its name in Grafana. */
const UNIT_WORDS: Readonly<Record<string, string>> = {
    [units.Number]: "number",
    [units.Short]: "number",
    [units.Seconds]: "seconds",
    [units.PercentUnit]: "per cent",
    [units.BytesIEC]: "bytes",
    [units.BytesPerSecondSI]: "bytes a second",
    [units.PacketsPerSecond]: "packets a second",
    [units.OpsPerSecond]: "a second",
    [units.RequestsPerSecond]: "requests a second",
};

/** A page's sections, one for each dashboard: what it answers, and its panels in reading order. */
export function dashboardSections(dashboards: readonly DashboardSpec[]): string {
    return dashboards.map(section).join("\n\n");
}

function section({ title, uid, question, variables, rows }: DashboardSpec): string {
    const choices = ["data source", ...variables.map(({ label }) => label.toLowerCase())];
    return [
        `### ${title}`,
        `**${question}** Address in Grafana: ${code(`/d/${uid}`)}. Choices: ${choices.join(", ")}.`,
        ...rows.map((row) => `#### ${title}: ${row.title}\n\n${row.panels.map(panel).join("\n\n")}`),
    ].join("\n\n");
}

function panel(spec: PanelSpec): string {
    const { title, description, queries, alerts = [], noValue = NOTHING_YET } = spec;
    const runbooks = alerts.map((alert) => `[${code(alert)}](runbooks/${alert}.md)`);
    const notes = [
        description,
        noValue === NOTHING_YET ? "" : `Empty: "${noValue}".`,
        runbooks.length === 0 ? "" : `Runbook: ${runbooks.join(", ")}.`,
    ].filter((note) => note !== "");
    return [
        `- **${title}** (${[shape(spec), colours(spec.thresholds)].filter((part) => part !== "").join("; ")}). ${notes.join(" ")}`,
        "  ```text",
        ...queries.map(({ expr, legend }) => `  ${legend}: ${expr}`),
        "  ```",
    ].join("\n");
}

function shape({ kind, unit }: PanelSpec): string {
    const word = UNIT_WORDS[unit] ?? unit;
    return { stat: word, timeseries: `over time, ${word}`, table: `table, ${word}` }[kind];
}

/** `green, yellow from 0.5, red from 1`; nothing where colours mean nothing. */
function colours(thresholds: Thresholds | undefined): string {
    if (thresholds === undefined || thresholds.steps.length === 0) {
        return "";
    }
    const steps = thresholds.steps.map(({ from, color }) =>
        from === ANY ? `${color} above 0` : `${color} from ${from}`,
    );
    return [thresholds.base, ...steps].join(", ");
}
