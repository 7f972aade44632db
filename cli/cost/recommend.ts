import type { Recommendation } from "../../cost/recommend";
import { recommend } from "../../cost/recommend";
import { type Saving, savingOf } from "../../cost/saving";
import { readPrices, termsOf } from "../../cost/prices";
import { sizedContainers, type SizedSettings } from "../../cost/targets";
import { type PrometheusApi, readUsage } from "../../cost/usage";
import { findPlace } from "../../engine/place";
import { recordedOutputs } from "../../engine/recordedOutputs";
import { StackFile } from "../../engine/stackFile";
import { openCluster } from "../../engine/target";
import { CannotRun, messageOf } from "../../errors";
import { clusterTransport } from "../../kube/request";
import { costSettings, stackDemand, today } from "../../pipeline/costs";
import { schemas } from "../../settings/schema";
import { environmentOf } from "../../settings/shared/environments";
import { DeepApi } from "../../smoke/deep/api";
import { byAddress, byProxy, QueryFault, Unreachable } from "../../smoke/deep/prometheus";
import { EXIT } from "../../terminal/commandLine";
import { createProgress } from "../../terminal/progress";
import { type Context, printJson } from "../command";
import { printWarnings } from "../kubectl";
import { monitoringOf } from "../ports/monitoring";
import { recommendationText } from "./recommendText";

/** Options of `x0 cost recommend`. */
export interface RecommendOptions {
    readonly stack: string;
    readonly prometheus?: string;
    readonly json?: boolean;
}

/** Seconds of a day. */
const DAY_SECONDS = 86_400;

/** Days in the units of a retention time of Prometheus. */
const DAYS: Readonly<Record<string, number>> = { h: 1 / 24, d: 1, w: 7, y: 365 };

/**
 * Recommends requests and limits from measured usage, and prints the commands that set them. Changes nothing.
 * @returns the exit code: wrong when nothing can be recommended for want of history.
 */
export async function showRecommendation(options: RecommendOptions, context: Context): Promise<number> {
    const { stack, prometheus, json = false } = options;
    const { checkout } = context.paths;
    const { config } = StackFile.open(checkout, stack);
    const settings = sizedSettings(config, stack);
    const costs = costSettings(config);
    const { sizing } = costs;
    const seconds = windowSeconds(sizing.window, settings.monitoring.prometheus.retention);
    const api = prometheus === undefined ? await proxied(stack, context) : byAddress(prometheus);
    const found = await recommendations(
        settings,
        api,
        (container, usage) => recommend(container, usage, sizing, seconds),
        seconds,
    );
    const saving = savingOf(
        stack,
        await stackDemand(stack, createProgress(process.stderr), checkout),
        found,
        termsOf(stack, costs, readPrices(checkout)),
        today(),
    );
    if (json) {
        printJson({ stack, windowSeconds: seconds, recommendations: found.map(plain), saving: figures(saving) });
    } else {
        console.log(recommendationText(stack, found, saving, seconds, context.terminal));
    }
    return found.every(({ missing }) => missing !== undefined) ? EXIT.wrong : EXIT.done;
}

/** Seconds of history to look at: no more than Prometheus keeps. */
export function windowSeconds(window: string, retention: string): number {
    const days = (text: string) => Number.parseInt(text, 10) * (DAYS[text.at(-1) ?? ""] ?? 1);
    return Math.round(Math.min(days(window), days(retention)) * DAY_SECONDS);
}

/** The settings of the stack file with their defaults. @throws CannotRun when one is invalid. */
function sizedSettings(config: Readonly<Record<string, unknown>>, stack: string): SizedSettings {
    const environment = environmentOf(stack);
    const mesh = schemas.mesh.safeParse(config.mesh ?? {});
    const spire = schemas.spire.safeParse(config.spire ?? {});
    const monitoring = schemas.monitoring.safeParse(config.monitoring ?? {});
    if (environment === undefined || !mesh.success || !spire.success || !monitoring.success) {
        throw new CannotRun(`the settings of stack ${stack} are invalid`, `npx x0 doctor --stack ${stack}`);
    }
    return { environment, mesh: mesh.data, spire: spire.data, monitoring: monitoring.data };
}

/** Prometheus of the stack through the API server's proxy, which needs no open port. */
async function proxied(stack: string, context: Context): Promise<PrometheusApi> {
    const place = await findPlace(stack, context);
    const { namespace } = monitoringOf(place, recordedOutputs(place.state.resources));
    const { target, notes } = await openCluster(place);
    printWarnings(notes);
    return byProxy(new DeepApi(await clusterTransport(target)), namespace, "prometheus");
}

/** A recommendation for each container. @throws CannotRun when Prometheus cannot be asked. */
export async function recommendations(
    settings: SizedSettings,
    api: PrometheusApi,
    judge: (
        container: ReturnType<typeof sizedContainers>[number],
        usage: Awaited<ReturnType<typeof readUsage>>,
    ) => Recommendation,
    seconds: number,
    until: number = Math.floor(Date.now() / 1000),
): Promise<Recommendation[]> {
    const found: Recommendation[] = [];
    try {
        for (const container of sizedContainers(settings)) {
            found.push(judge(container, await readUsage(api, container, seconds, until)));
        }
        return found;
    } catch (error) {
        if (error instanceof Unreachable || error instanceof QueryFault) {
            throw new CannotRun(
                messageOf(error),
                `npx x0 monitoring prometheus --stack ${settings.environment.stack}\nand in another terminal: npx x0 cost recommend --stack ${settings.environment.stack} --prometheus http://127.0.0.1:9091`,
            );
        }
        throw error;
    }
}

function plain({ container, lines, notes, missing }: Recommendation) {
    const { setting, namespace, object, container: name } = container;
    return { setting, namespace, object, container: name, lines, notes, missing };
}

function figures({ before, after }: Saving) {
    return { currency: after.currency, before: before.scenarios, after: after.scenarios };
}
