import * as pulumi from "@pulumi/pulumi";
import { silence } from "../components/monitoring/alertmanager/summary";
import { PASSWORD_KEY, USER_KEY } from "../components/monitoring/grafana/names";
import { UserError } from "../errors";
import type { Settings } from "../settings";
import { ownsOperator } from "../settings/monitoring";
import { kubectl } from "./kubectl";
import { clusterReader, type Read } from "./read";
import { stuckRelease } from "./monitoringRelease";
import { listSecrets, liveSecrets, type NeededSecret, secretRefusals } from "./secrets";

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
 * Looks before monitoring is changed at the chart's release and at the Secrets of receivers and Grafana, and says where
 * nobody would be told of alerts. Without a reachable cluster nothing is looked at.
 * @throws UserError with every reason at once.
 */
export async function checkMonitoring({ cluster, monitoring }: Settings): Promise<void> {
    if (!ownsOperator(monitoring)) {
        return;
    }
    const nobody = silence(monitoring.alertmanager);
    if (nobody !== undefined) {
        void pulumi.log.warn(nobody);
    }
    if (!cluster.checkReachable) {
        return;
    }
    const read = await clusterReader(cluster);
    const { namespace } = monitoring;
    const reasons = [
        ...(await stuckRelease(read, namespace, kubectl(cluster))),
        ...(await missingSecrets(read, monitoringSecrets(monitoring), namespace, kubectl(cluster))),
    ];
    if (reasons.length > 0) {
        throw new UserError(`Monitoring cannot be updated:\n\n${reasons.map((text) => `  ${text}`).join("\n\n")}\n`);
    }
}

/**
 * Why pods could not start, each reason with the command that mends it; none before the first update, which makes the
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
            `Alertmanager and Grafana will wait for Secrets that you make in namespace ${namespace}: ${listSecrets(needed)}`,
        );
        return [];
    }
    return secretRefusals(await liveSecrets(read, namespace, needed), { namespace, needed, command });
}
