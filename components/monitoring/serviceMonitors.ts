import { CustomResource } from "@pulumi/kubernetes/apiextensions/customResource";
import type * as pulumi from "@pulumi/pulumi";
import type { Environment } from "../../settings/shared/environments";
import { selectorLabels } from "../shared/labels";
import { APP, meshNames } from "../mesh/names";
import { SCRAPE_LABEL } from "../mesh/services";
import { AGENT, SERVER } from "../spire/names";
import { installsController } from "../../settings/mesh/delivery";
import { CONTROLLER, deliveryNames } from "../delivery/names";
import type { MonitoringArgs, MonitoringPlace } from "./args";
import { JOBS } from "./jobs";
import { partLabels } from "./labels";

/** Scrape interval: the windows of the rules (5m and longer) then contain at least ten samples. */
const INTERVAL = "30s";

/** Scrape timeout: shorter than the interval, longer than a CPU-starved pod needs; also Prometheus's default. */
const TIMEOUT = "10s";

/** A ServiceMonitor or PodMonitor. */
export interface Monitor {
    readonly kind: "ServiceMonitor" | "PodMonitor";
    /** What the monitor scrapes; suffix of the logical name. */
    readonly part: string;
    readonly name: string;
    readonly namespace: pulumi.Input<string>;
    readonly spec: object;
}

/** Relabeling that adds the node's name to all series of a pod. */
const nodeLabel = { sourceLabels: ["__meta_kubernetes_pod_node_name"], targetLabel: "node" };

/**
 * All monitors of this program. Each is created in its target's namespace: it needs no
 * namespace selector, cannot select other namespaces, and is deleted together with its target.
 */
export function monitors({ environment, mesh, targets: { meshNamespace, spire } }: MonitoringArgs): Monitor[] {
    return [
        ...(mesh.metrics.enabled
            ? [
                  {
                      kind: "ServiceMonitor" as const,
                      part: "mesh",
                      name: meshNames(environment).app,
                      namespace: meshNamespace,
                      spec: meshMonitor(mesh.metrics.path, environment),
                  },
              ]
            : []),
        ...(installsController(mesh)
            ? [
                  {
                      kind: "PodMonitor" as const,
                      part: "delivery",
                      name: deliveryNames(environment).controller,
                      namespace: meshNamespace,
                      spec: podMonitor(CONTROLLER, environment, [endpoint("metrics")]),
                  },
              ]
            : []),
        ...(spire === undefined
            ? []
            : [
                  {
                      kind: "PodMonitor" as const,
                      part: SERVER,
                      name: SERVER,
                      namespace: spire.serverNamespace,
                      spec: podMonitor(SERVER, environment, [
                          endpoint("metrics"),
                          // The controller manager runs in the same pods, but has its own `job` label.
                          endpoint("manager-metrics", { targetLabel: "job", replacement: JOBS.spireManager }),
                      ]),
                  },
                  {
                      kind: "PodMonitor" as const,
                      part: AGENT,
                      name: AGENT,
                      namespace: spire.systemNamespace,
                      spec: podMonitor(AGENT, environment, [endpoint("metrics")]),
                  },
              ]),
    ];
}

/** ServiceMonitor for the only Service with the scrape label, so that each pod is scraped once. */
function meshMonitor(path: string, environment: Environment) {
    return {
        jobLabel: "app.kubernetes.io/name",
        selector: { matchLabels: { ...selectorLabels(APP, environment), ...SCRAPE_LABEL } },
        endpoints: [
            {
                ...endpoint("metrics", {
                    // The operator stores the port's name in the label `endpoint`; the app uses the same label for its
                    // routes, which would then be renamed to `exported_endpoint`.
                    action: "labeldrop",
                    regex: "endpoint",
                }),
                path,
                scheme: "http",
            },
        ],
    };
}

/** PodMonitor for SPIRE's pods: their Services, if any, do not expose the metrics port. */
function podMonitor(app: string, environment: Environment, podMetricsEndpoints: object[]) {
    return {
        jobLabel: "app.kubernetes.io/name",
        selector: { matchLabels: selectorLabels(app, environment) },
        podMetricsEndpoints,
    };
}

function endpoint(port: string, ...relabelings: object[]) {
    return { port, interval: INTERVAL, scrapeTimeout: TIMEOUT, relabelings: [nodeLabel, ...relabelings] };
}

/** Creates all monitors. */
export function deployMonitors(args: MonitoringArgs, { name, selectedBy, opts }: MonitoringPlace): CustomResource[] {
    return monitors(args).map(
        ({ kind, part, name: objectName, namespace, spec }) =>
            new CustomResource(
                `${name}-monitor-${part}`,
                {
                    apiVersion: "monitoring.coreos.com/v1",
                    kind,
                    metadata: {
                        name: objectName,
                        namespace,
                        labels: { ...partLabels(args, objectName), ...selectedBy },
                    },
                    spec,
                },
                opts,
            ),
    );
}
