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

/** Time between two scrapes: the windows of the rules (5 m and more) hold at least ten samples. */
const INTERVAL = "30s";

/** Shorter than the interval, longer than a starved pod needs; also Prometheus's default. */
const TIMEOUT = "10s";

/** A ServiceMonitor or PodMonitor. */
export interface Monitor {
    readonly kind: "ServiceMonitor" | "PodMonitor";
    /** What it scrapes; end of the logical name. */
    readonly part: string;
    readonly name: string;
    readonly namespace: pulumi.Input<string>;
    readonly spec: object;
}

/** Puts the node's name on every sample of a pod. */
const nodeLabel = { sourceLabels: ["__meta_kubernetes_pod_node_name"], targetLabel: "node" };

/**
 * Everything that this program lets Prometheus scrape. Each monitor is in its target's namespace: it needs no
 * namespace selector, so it can never reach further, and it goes with its target.
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
                          // The same pods, but another program: it gets a job of its own.
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

/** The one Service with the scrape label, so that each pod is scraped once. */
function meshMonitor(path: string, environment: Environment) {
    return {
        jobLabel: "app.kubernetes.io/name",
        selector: { matchLabels: { ...selectorLabels(APP, environment), ...SCRAPE_LABEL } },
        endpoints: [
            {
                ...endpoint("metrics", {
                    // The operator's label for the port's name; the app has a label of that name for its routes,
                    // which would become `exported_endpoint`.
                    action: "labeldrop",
                    regex: "endpoint",
                }),
                path,
                scheme: "http",
            },
        ],
    };
}

/** SPIRE's pods themselves: their Services, where they have any, do not lead to the metrics. */
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

/** Creates the monitors. */
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
