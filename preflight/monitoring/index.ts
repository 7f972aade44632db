import * as pulumi from "@pulumi/pulumi";
import { silence } from "../../components/monitoring/alertmanager/summary";
import type { OwnChart } from "../../components/monitoring/chart";
import { PASSWORD_KEY, USER_KEY } from "../../components/monitoring/grafana/names";
import { RECOVERING } from "../../engine/recovering";
import type { Settings } from "../../settings";
import { kubectl } from "../../kube/kubectl";
import type { Read } from "../../kube/read";
import { liveMonitoring, unfitChart } from "./liveChart";
import { refusal } from "../refusal";
import { stuckRelease } from "./stuckRelease";
import { othersMonitoring } from "./upgrade";
import { listSecrets, liveSecrets, type NeededSecret, secretRefusals } from "../secrets";

/** Secrets that Alertmanager and Grafana read, each once, with all keys that the settings name. */
export function monitoringSecrets({ alertmanager, grafana }: Settings["monitoring"]): NeededSecret[] {
    const receivers = alertmanager.checkSecrets ? alertmanager.receivers : [];
    const needed = new Map<string, NeededSecret>();
    receivers.forEach(({ secret: { name, key } }, index) => {
        const { setting = `monitoring.alertmanager.receivers[${index}].secret.name`, keys = [] } =
            needed.get(name) ?? {};
        needed.set(name, { setting, name, keys: [...new Set([...keys, key])] });
    });
    const { password } = grafana;
    return [
        ...needed.values(),
        ...(password.type === "existing"
            ? [
                  {
                      setting: "monitoring.grafana.password.secretName",
                      name: password.secretName,
                      keys: [USER_KEY, PASSWORD_KEY],
                  },
              ]
            : []),
    ];
}

/**
 * Checks before monitoring is changed: whether its chart is available and may follow what runs, whether the release is free,
 * and whether the Secrets of receivers and Grafana are there; and says where alerts would reach nobody. Without a
 * reachable cluster only the chart is looked at.
 * @param read Reads from the stack's own cluster.
 * @throws UserError with every reason at once.
 */
export async function checkMonitoring(settings: Settings, read: Read): Promise<void> {
    const { monitoring, cluster } = settings;
    const { chart, alertmanager } = monitoring;
    if (!monitoring.enabled || chart.type === "existing") {
        return;
    }
    const nobody = silence(alertmanager);
    if (nobody !== undefined) {
        void pulumi.log.warn(nobody);
    }
    const reasons = cluster.checkReachable ? await liveReasons(settings, chart, read) : await unfitChart(chart, {});
    if (reasons.length > 0) {
        throw refusal("Monitoring", settings.environment.stack, reasons);
    }
}

/** Every reason; that monitoring is another stack's makes all others moot. */
async function liveReasons(settings: Settings, chart: OwnChart, read: Read): Promise<string[]> {
    const { monitoring, cluster, environment } = settings;
    const { namespace } = monitoring;
    const live = await liveMonitoring(read, namespace);
    const foreign = othersMonitoring(environment.name, namespace, live);
    if (foreign.length > 0) {
        return foreign;
    }
    const [unfit, stuck, missing] = await Promise.all([
        unfitChart(chart, live),
        process.env[RECOVERING] === undefined ? stuckRelease(read, namespace, environment.stack) : [],
        missingSecrets(read, monitoringSecrets(monitoring), namespace, kubectl(cluster)),
    ]);
    return [...unfit, ...stuck, ...missing];
}

/**
 * Why pods could not start, each reason with the command that fixes it; none before the first update, which makes the
 * namespace: then it is announced that they will wait.
 */
export async function missingSecrets(
    read: Read,
    needed: readonly NeededSecret[],
    namespace: string,
    command: string,
): Promise<string[]> {
    if (needed.length === 0) {
        return [];
    }
    const found = await read(`/api/v1/namespaces/${namespace}`);
    if (found.seen && found.object === undefined) {
        void pulumi.log.warn(
            `Alertmanager and Grafana will wait for Secrets that you create in namespace ${namespace}: ${listSecrets(needed)}`,
        );
        return [];
    }
    return secretRefusals(await liveSecrets(read, namespace, needed), { namespace, needed, command });
}
