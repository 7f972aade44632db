import { CoreV1Api } from "@kubernetes/client-node";
import { z } from "zod";
import { AGENT, SERVER } from "../../components/spire/names";
import type { Expectation } from "../expectation";
import type { Client } from "./client";
import { readCustom } from "./custom";
import { lookup, type Lookup } from "./lookup";

/** Selector of a monitor. */
export interface MonitorSelector {
    /** Labels that a target must have. */
    readonly matchLabels: Readonly<Record<string, string>>;
}

/** Monitors and dashboards in the snapshot, which the program creates directly. */
export interface MonitorsSnapshot {
    /** The mesh's ServiceMonitor. */
    readonly mesh: Lookup<MonitorSelector>;
    /** The PodMonitors of SPIRE. */
    readonly spire: readonly Lookup<MonitorSelector>[];
    /** Names of the dashboards' ConfigMaps. */
    readonly dashboards: Lookup<readonly string[]>;
}

const monitorSchema = z
    .object({ spec: z.object({ selector: z.object({ matchLabels: z.record(z.string(), z.string()) }) }) })
    .transform(({ spec }): MonitorSelector => spec.selector);

/** Reads monitors and dashboards. */
export async function readMonitors(client: Client, expected: Expectation): Promise<MonitorsSnapshot> {
    const monitor = (kind: string, namespace: string, name: string) =>
        readCustom(client, {
            what: `${kind} ${namespace}/${name}`,
            path: `/apis/monitoring.coreos.com/v1/namespaces/${namespace}/${kind.toLowerCase()}s/${name}`,
            schema: monitorSchema,
        });
    const { monitoring, spire, namespace, names } = expected;
    const [mesh, server, agent, dashboards] = await Promise.all([
        monitor("ServiceMonitor", namespace, names.deployment),
        monitor("PodMonitor", spire.serverNamespace, SERVER),
        monitor("PodMonitor", spire.systemNamespace, AGENT),
        lookup(
            "ConfigMaps of dashboards",
            new CoreV1Api(client.configuration)
                .listNamespacedConfigMap({
                    namespace: monitoring.settings.namespace,
                    labelSelector: "grafana_dashboard=1",
                })
                .then(({ items }) => items.map(({ metadata }) => metadata?.name ?? "")),
        ),
    ]);
    return { mesh, spire: [server, agent], dashboards };
}
