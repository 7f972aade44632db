import { resolve } from "node:path";
import { z } from "zod";
import { chartRefusals, sha256Of } from "../../preflight/monitoring/chart";
import type { OwnChart } from "../../components/monitoring/chart";
import { monitoringSchema } from "../../settings/monitoring/schema";
import type { Api } from "../controlPlane/api";
import { type ChosenChart, OWN_SOURCE } from "./chosenChart";
import { freeRelease, hasLocalCrds, hasRelease, makeCrds, ownsMonitoring } from "./cluster";

/** Monitoring of a stack file, as far as it matters here. */
const sectionSchema = z.looseObject({
    enabled: z.boolean().default(true),
    namespace: monitoringSchema.shape.namespace,
    chart: monitoringSchema.shape.chart,
    operator: z.looseObject({ webhook: z.looseObject({}).default({}) }).default({ webhook: {} }),
    alertmanager: z.looseObject({}).default({}),
});

/** Monitoring on the embedded cluster. */
export interface LocalMonitoring {
    /** The section for the stack file's copy. */
    readonly section: unknown;
    /** The chart that the stack installs, for which helm is needed. */
    readonly installs?: OwnChart;
    /** Whether CRDs of an earlier run without the chart must be replaced. */
    readonly replacesCrds: boolean;
    /** Note for the user. */
    readonly note?: string;
}

/**
 * Fits the section `monitoring` of a stack file to the embedded cluster: the chart is installed where it can be had,
 * else the operator's kinds are created from a list, so that all objects of the program can be created.
 * @param open Opens the API of the embedded cluster.
 * @param given The section in the stack file.
 * @param chosen A packed chart that is used instead of the stack's source.
 * @throws Error where that one cannot be used: without it, an update would take monitoring away.
 */
export async function localMonitoring(
    open: () => Promise<Api>,
    stack: string,
    given: unknown,
    chosen: ChosenChart | undefined,
): Promise<LocalMonitoring> {
    const parsed = sectionSchema.safeParse(given ?? {});
    if (!parsed.success) {
        // The program reports every invalid setting before it changes anything.
        return { section: given, replacesCrds: false };
    }
    const section = parsed.data;
    if (!section.enabled) {
        return { section: { enabled: false }, replacesCrds: false };
    }
    const api = await open();
    try {
        return await fit(api, stack, section, chosen);
    } finally {
        api.close();
    }
}

async function fit(
    api: Api,
    stack: string,
    section: z.output<typeof sectionSchema>,
    chosen: ChosenChart | undefined,
): Promise<LocalMonitoring> {
    const owner = await ownsMonitoring(api, stack, section.namespace);
    const chart = chosen === undefined ? section.chart : packedChart(chosen);
    const reason = owner && chart.type !== "existing" ? (await chartRefusals(chart))[0] : undefined;
    if (owner && chosen !== undefined && reason !== undefined) {
        throw unusable(chosen, reason);
    }
    if (owner && chart.type !== "existing" && reason === undefined) {
        // No pod runs here that could validate rules, so after the first installation the webhook would reject
        // everything.
        const webhook = { ...section.operator.webhook, failurePolicy: "Ignore" };
        // Nor does Alertmanager run, so the Secrets of prod's receivers are not read.
        const alertmanager = { ...section.alertmanager, checkSecrets: false };
        await freeRelease(api, section.namespace);
        return {
            section: { ...section, chart, operator: { ...section.operator, webhook }, alertmanager },
            installs: chart,
            replacesCrds: await hasLocalCrds(api),
            note:
                chosen?.remembered === true
                    ? `Monitoring from ${chosen.file}, as in the last run (--chart ${OWN_SOURCE}: from the stack's own source)`
                    : undefined,
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
            ? withoutChart(reason, await hasRelease(api, section.namespace))
            : "Monitoring on this cluster is the other stack's; this one adds its own rules",
    };
}

/**
 * Validates the file of `--chart` before anything is started.
 * @param asked What `--chart` says.
 * @throws Error that says why it cannot be used, and what can.
 */
export async function checkAskedChart(asked: string | undefined): Promise<void> {
    if (asked === undefined || asked === OWN_SOURCE) {
        return;
    }
    const chosen = { file: resolve(asked), remembered: false };
    const [reason] = await chartRefusals(packedChart(chosen));
    if (reason !== undefined) {
        throw unusable(chosen, reason);
    }
}

function packedChart(chosen: ChosenChart) {
    const { file } = chosen;
    try {
        return { type: "file" as const, path: file, sha256: sha256Of(file), upgradeCrds: false };
    } catch (error) {
        const code = error instanceof Error && "code" in error ? String(error.code) : "unknown";
        throw unusable(chosen, `${file} cannot be read (${code}).`);
    }
}

function unusable({ file, remembered }: ChosenChart, reason: string): Error {
    const what = remembered ? `The chart that the last run installed monitoring from, ${file},` : `--chart ${file}`;
    return new Error(
        `${what} cannot be used: ${reason}\n` +
            "    Another file:              npm run local -- --chart FILE.tgz\n" +
            `    The stack's own source:    npm run local -- --chart ${OWN_SOURCE}`,
    );
}

function withoutChart(reason: string | undefined, installed: boolean): string {
    if (reason === undefined) {
        return "Monitoring: only ServiceMonitors, rules and dashboards, as the stack's settings say";
    }
    const consequence = installed
        ? "the installed release is removed; ServiceMonitors, rules and dashboards stay"
        : "only ServiceMonitors, rules and dashboards";
    return (
        `Monitoring without its chart, whose source does not answer: ${consequence} ` +
        "(npm run local -- --chart FILE.tgz installs a packed one)"
    );
}
