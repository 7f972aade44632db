import { resolve } from "node:path";
import { z } from "zod";
import { chartRefusals, sha256Of } from "../../cluster/chart";
import type { OwnChart } from "../../components/monitoring/chart";
import { monitoringSchema } from "../../settings/monitoring";
import type { Api } from "../cluster/api";
import { hasLocalCrds, makeCrds, ownsMonitoring } from "./cluster";

/** Monitoring of a stack file, as far as it matters here. */
const sectionSchema = z.looseObject({
    enabled: z.boolean().default(true),
    namespace: monitoringSchema.shape.namespace,
    chart: monitoringSchema.shape.chart,
    operator: z.looseObject({ webhook: z.looseObject({}).default({}) }).default({ webhook: {} }),
    alertmanager: z.looseObject({}).default({}),
});

/** What becomes of monitoring on the embedded cluster. */
export interface LocalMonitoring {
    /** The section for the stack file's copy. */
    readonly section: Readonly<Record<string, unknown>>;
    /** The chart that the stack installs, for which helm is needed. */
    readonly installs?: OwnChart;
    /** Whether CRDs of an earlier run without the chart are in its way. */
    readonly replacesCrds: boolean;
    /** What the user should know. */
    readonly note?: string;
}

/**
 * Fits the section `monitoring` of a stack file to the embedded cluster: the chart is installed where it can be had,
 * else the operator's kinds are made by hand, so that all objects of the program's own can be.
 * @param open Opens the API of the embedded cluster.
 * @param given The section in the stack file.
 * @param chartFile A packed chart that is used instead of the stack's source.
 */
export async function localMonitoring(
    open: () => Promise<Api>,
    stack: string,
    given: unknown,
    chartFile: string | undefined,
): Promise<LocalMonitoring> {
    const section = sectionSchema.parse(given ?? {});
    if (!section.enabled) {
        return { section: { enabled: false }, replacesCrds: false };
    }
    const api = await open();
    try {
        return await fit(api, stack, section, chartFile);
    } finally {
        api.close();
    }
}

async function fit(
    api: Api,
    stack: string,
    section: z.output<typeof sectionSchema>,
    chartFile: string | undefined,
): Promise<LocalMonitoring> {
    const owner = await ownsMonitoring(api, stack, section.namespace);
    const chart = chartFile === undefined ? section.chart : packedChart(chartFile);
    const reason = owner && chart.type !== "existing" ? (await chartRefusals(chart))[0] : undefined;
    if (owner && chart.type !== "existing" && reason === undefined) {
        // No pod runs here that could check rules, and after the first install nothing would be let through.
        const webhook = { ...section.operator.webhook, failurePolicy: "Ignore" };
        // Neither does one that sends alerts, so nobody reads the Secrets of prod's receivers.
        const alertmanager = { ...section.alertmanager, checkSecrets: false };
        const replacesCrds = await hasLocalCrds(api);
        return {
            section: { ...section, chart, operator: { ...section.operator, webhook }, alertmanager },
            installs: chart,
            replacesCrds,
        };
    }
    await makeCrds(api);
    return {
        section: {
            ...section,
            chart: { type: "existing", createNamespace: owner },
            // One Grafana shows each dashboard once, for all stacks.
            ...(owner ? {} : { dashboards: false }),
        },
        replacesCrds: false,
        note: owner
            ? withoutChart(reason)
            : "Monitoring on this cluster is the other stack's; this one adds its own rules",
    };
}

function packedChart(path: string) {
    const file = resolve(path);
    return { type: "file" as const, path: file, sha256: sha256Of(file), upgradeCrds: false };
}

function withoutChart(reason: string | undefined): string {
    return reason === undefined
        ? "Monitoring: only ServiceMonitors, rules and dashboards, as the stack's settings say"
        : "Monitoring without its chart, whose source does not answer: only ServiceMonitors, rules and dashboards " +
              "(npm run local -- --chart FILE.tgz installs a packed one)";
}
