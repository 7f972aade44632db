import type { Expectation } from "../expectation";

/** How the check of NetworkPolicies writes peers. */
interface Words {
    /** Labels of the app's pods. */
    readonly app: string;
    /** The Prometheus that scrapes. */
    readonly prometheus: string;
    readonly podsText: (namespace: string | undefined, pods: string | undefined) => string;
    readonly labelsText: (labels: Readonly<Record<string, string>>) => string;
}

/** What the service mesh of the settings opens for the app's pods, as flows; none without one. */
export function serviceMeshFlows(
    { serviceMesh, networkPolicy, metrics }: Expectation["mesh"],
    { app, prometheus, podsText, labelsText }: Words,
): string[] {
    if (serviceMesh === undefined) {
        return [];
    }
    const own = podsText(undefined, app);
    const plane = serviceMesh.controlPlaneNamespace;
    const proxyMetrics = (ports: readonly number[]) =>
        metrics.enabled ? ports.map((port) => `from ${prometheus}: TCP ${port}`) : [];
    const transport = (port: number) => [
        ...(serviceMesh.gossip === "meshed" ? [`from ${own}: TCP ${port}`, `to ${own}: TCP ${port}`] : []),
        ...networkPolicy.httpFromNamespaces.map((name) => `from ${podsText(name, undefined)}: TCP ${port}`),
        ...networkPolicy.httpFromPods.map(
            ({ namespace, podLabels }) => `from ${podsText(namespace, labelsText(podLabels))}: TCP ${port}`,
        ),
        ...(serviceMesh.metrics === "meshed" && metrics.enabled ? [`from ${prometheus}: TCP ${port}`] : []),
        ...networkPolicy.egress
            .filter(({ cidr }) => cidr === undefined)
            .map(({ namespace, podLabels }) => {
                const pods = podLabels === undefined ? undefined : labelsText(podLabels);
                return `to ${podsText(namespace, pods)}: TCP ${port}`;
            }),
    ];
    switch (serviceMesh.type) {
        case "istioSidecar":
            return [`to ${podsText(plane, "app=istiod")}: TCP 15012`, ...proxyMetrics([15_020, 15_090])];
        case "istioAmbient":
            return [
                ...transport(15_008),
                "from 169.254.7.127/32: any port",
                "from fd16:9254:7127:1337:ffff:ffff:ffff:ffff/128: any port",
            ];
        case "linkerd":
            return [
                ...transport(4_143),
                ...[8_086, 8_080, 8_090].map((port) => `to ${podsText(plane, undefined)}: TCP ${port}`),
                ...proxyMetrics([4_191]),
            ];
    }
}
