import type { Alert, Group } from "../../components/monitoring/rules";
import { code, table } from "./markdown";
import { REPLACED_ALERTS } from "./replacedAlerts";

/** The groups of rules of each stack, by its name. */
type StackRules = ReadonlyMap<string, readonly Group[]>;

const INTRODUCTION = `# Alerts

<!-- Written by \`npm run docs\` from components/monitoring/rules. Do not edit. -->

Every alert of this program's own, beside those of the monitoring chart. Each links to its runbook, which also says how
to silence it. \`npm run test:rules\` runs promtool over every alert of both stacks: when it fires, when it does not, at
the boundary, without traffic, and on gauges that were never set.

- **critical** pages a person, **warning** can wait for the morning, **info** is for those who look.
- Thresholds are settings below \`monitoring.alerts\` ([settings](settings.md)); a change needs only \`pulumi up\`.
- The label \`team\` is \`mesh\` or \`platform\`; Alertmanager can route by it.

## Substitutes for metrics that the app does not record

The app defines more metrics than it records. An alert on such a metric alone would never fire, or always.

| Signal             | Measured by, as soon as there are samples      | Until then                                                                                      |
| ------------------ | ---------------------------------------------- | ----------------------------------------------------------------------------------------------- |
| Errors             | \`x0tta6bl4_requests_total\`                     | failed probes of the kubelets (\`prober_probe_total\`), and the time in which no pod is available |
| Latency            | \`x0tta6bl4_request_duration_seconds\`           | the time that pods take to answer probes (\`prober_probe_duration_seconds\`)                      |
| Failed MAPE-K loop | nothing: \`x0tta6bl4_mapek_cycles_total\` is not | a loop that ran and stopped (\`x0tta6bl4_mapek_cycle_duration_seconds\`)                          |
| Memory and CPU     | nothing: the app serves no \`process_*\`         | cAdvisor, as a share of the limit                                                               |
| End of an SVID     | nothing: the app serves no \`spiffe_*\`          | failed renewals at the SPIRE agents, and the end of the server's CA                             |

Probes are also used while there are fewer requests than \`monitoring.alerts.minimumRequestRate\`: three failures of five
requests say nothing. A probe measures one path, \`/health\`, from the pod's own node: it sees a dead or blocked app, not
a broken endpoint. Gauges of certificates read 0 until the app's mTLS controller has run; 0 counts as unknown.
`;

/** The page of alerts. */
export function alertsPage(stacks: StackRules): string {
    const replaced = REPLACED_ALERTS.map(({ file, alert, was, ours, because }) => [
        code(file),
        alert,
        was,
        ours.length === 0 ? "none" : ours.map(link).join(", "),
        because,
    ]);
    return [
        INTRODUCTION,
        "## All alerts\n",
        `${table(["Alert", "Severity", "For", "Fires when", "Settings"], alertRows(stacks))}\n`,
        "## Alerts of the replaced system\n",
        `${table(["File", "Alert", "Looked at", "Ours", "Why, or what differs"], replaced)}\n`,
    ].join("\n");
}

/** One row for each rule that reads differently; where the stacks differ, each with its name. */
function alertRows(stacks: StackRules): string[][] {
    const texts = new Map<string, { cells: string[]; condition: Map<string, string> }>();
    for (const [stack, groups] of stacks) {
        for (const rule of groups.flatMap(({ alerts }) => alerts)) {
            const key = JSON.stringify([rule.alert, rule.severity, rule.labels ?? {}, rule.for].map(withoutNamespace));
            const row = texts.get(key) ?? { cells: cells(rule), condition: new Map<string, string>() };
            row.condition.set(stack, rule.condition);
            texts.set(key, row);
        }
    }
    return [...texts.values()].map(({ cells: [alert = "", severity = "", time = "", settings = ""], condition }) => [
        alert,
        severity,
        time,
        oneText(condition),
        settings,
    ]);
}

function cells({ alert, severity, for: time, settings }: Alert): string[] {
    return [
        link(alert),
        severity,
        time === "0m" ? "at once" : time,
        settings.map((setting) => code(`monitoring.alerts.${setting}`)).join(", "),
    ];
}

/** Labels without the namespace, which differs by stack. */
function withoutNamespace(part: unknown): unknown {
    return typeof part === "object" && part !== null
        ? Object.entries(part).filter(([name]) => name !== "namespace")
        : part;
}

function oneText(condition: ReadonlyMap<string, string>): string {
    const [first = "", ...others] = new Set(condition.values());
    return others.length === 0 ? first : [...condition].map(([stack, text]) => `${stack}: ${text}`).join("; ");
}

function link(alert: string): string {
    return `[${alert}](runbooks/${alert}.md)`;
}

const RUNBOOKS = `# Runbooks

<!-- Written by \`npm run docs\` from components/monitoring/rules. Do not edit. -->

One page an alert: what it means for users, where to look first, how to fix it, when to silence it.

The commands name staging's objects. On prod: namespace \`x0tta6bl4-production\`, prefix \`prod-\`, \`--stack prod\`. \`POD\`,
\`NODE\` and \`CLAIM\` are in the alert's labels. \`NAME\` is the stack's own context, so that no command reaches another cluster:

\`\`\`sh
pulumi config get --stack staging --path cluster.context
\`\`\`

Queries are for Prometheus: \`npx x0 monitoring prometheus --stack staging\` opens it.

To silence an alert, open Alertmanager (\`npx x0 monitoring alertmanager --stack staging\`), New Silence, and match
\`alertname\` and the labels that the runbook names. Give it an end and say why; never silence a whole severity.
`;

/** The index of the runbooks. */
export function runbooksPage(stacks: StackRules): string {
    const alerts = [...stacks.values()].flatMap((groups) => groups.flatMap(({ alerts: own }) => own));
    const rows = new Map(alerts.map(({ alert, team, summary }) => [alert, [`[${alert}](${alert}.md)`, team, summary]]));
    return `${RUNBOOKS}\n${table(["Alert", "Team", "What is wrong"], [...rows.values()])}\n`;
}
