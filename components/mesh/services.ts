import type { types } from "@pulumi/kubernetes";
import { selectorLabels } from "../shared/labels";
import type { MeshAppArgs } from "./args";
import { APP } from "./names";
import { meshPortProtocol } from "./serviceMesh/join";

/** Label of the one Service that Prometheus scrapes; a ServiceMonitor selects by it. */
export const SCRAPE_LABEL = { "x0tta6bl4.mesh/scrape": "true" } as const;

/** Main Service: all ports except metrics, so that no ServiceMonitor selects a pod twice. */
export function mainService(args: MeshAppArgs): types.input.core.v1.ServiceSpec {
    const { ports } = args.settings;
    return {
        type: "ClusterIP",
        selector: selectorLabels(APP, args.environment),
        ports: [
            { name: "http", port: ports.http, targetPort: ports.http, protocol: "TCP", appProtocol: "http" },
            { name: "mesh", port: ports.mesh, targetPort: ports.mesh, protocol: "TCP", ...meshPortProtocol(args) },
        ],
    };
}

/** Metrics Service: the one that is scraped. */
export function metricsService(args: MeshAppArgs): types.input.core.v1.ServiceSpec {
    const { metrics } = args.settings.ports;
    return {
        type: "ClusterIP",
        selector: selectorLabels(APP, args.environment),
        ports: [{ name: "metrics", port: metrics, targetPort: metrics, protocol: "TCP", appProtocol: "http" }],
    };
}

/** Headless Service: DNS returns all mesh pods, even while they start, so that peers discover each other. */
export function headlessService(args: MeshAppArgs): types.input.core.v1.ServiceSpec {
    const { mesh } = args.settings.ports;
    return {
        type: "ClusterIP",
        clusterIP: "None",
        publishNotReadyAddresses: true,
        selector: selectorLabels(APP, args.environment),
        ports: [{ name: "mesh", port: mesh, targetPort: mesh, protocol: "TCP", ...meshPortProtocol(args) }],
    };
}
