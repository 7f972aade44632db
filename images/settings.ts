/** How the settings name an image. */
export interface ImageSetting {
    /** Setting that pins it, e.g. `mesh.image.digest`; `undefined` where there is none. */
    readonly digest: string | undefined;
    /** Setting that holds its tag, or the chart's value, e.g. `prometheus.prometheusSpec.image`. */
    readonly names: string;
    /** Whether `names` is a value of the monitoring chart. */
    readonly isChartValue: boolean;
}

/** Where the mesh's own images are set: their repository is a setting, too. */
const OWN = ["mesh.image", "mesh.delivery.controller.image"] as const;

/** Images of SPIRE by their path below a registry; those of the release have the tag `spire.version`. */
const SPIRE: Readonly<Record<string, readonly [key: string, tag: "release" | "own"]>> = {
    "spiffe/spire-server": ["server", "release"],
    "spiffe/spire-agent": ["agent", "release"],
    "spiffe/oidc-discovery-provider": ["oidcProvider", "release"],
    "spiffe/spire-controller-manager": ["controllerManager", "own"],
    "spiffe/spiffe-csi-driver": ["csiDriver", "own"],
    "sig-storage/csi-node-driver-registrar": ["csiRegistrar", "own"],
};

/**
 * Images of the monitoring chart by their path below a registry: the key of their digest in the settings, if there is one,
 * and the chart's value (kube-prometheus-stack 88, `values.yaml`).
 */
const MONITORING: Readonly<Record<string, readonly [key: string | undefined, value: string]>> = {
    "prometheus/prometheus": ["prometheus", "prometheus.prometheusSpec.image"],
    "prometheus-operator/prometheus-operator": ["operator", "prometheusOperator.image"],
    "prometheus-operator/prometheus-config-reloader": [
        "configReloader",
        "prometheusOperator.prometheusConfigReloader.image",
    ],
    "prometheus-operator/admission-webhook": ["webhook", "prometheusOperator.admissionWebhooks.deployment.image"],
    "jkroepke/kube-webhook-certgen": ["certgen", "prometheusOperator.admissionWebhooks.patch.image"],
    "kube-state-metrics/kube-state-metrics": ["kubeStateMetrics", "kube-state-metrics.image"],
    "prometheus/node-exporter": ["nodeExporter", "prometheus-node-exporter.image"],
    "prometheus/alertmanager": ["alertmanager", "alertmanager.alertmanagerSpec.image"],
    "grafana/grafana": ["grafana", "grafana.image"],
    "kiwigrid/k8s-sidecar": ["sidecar", "grafana.sidecar.image"],
    "thanos/thanos": [undefined, "prometheusOperator.thanosImage"],
    busybox: [undefined, "crds.upgradeJob.image.busybox"],
    kubectl: [undefined, "crds.upgradeJob.image.kubectl"],
};

/** Every setting that pins an image of SPIRE or of the monitoring chart, with what it pins; for the tests. */
export const PINS: readonly (readonly [setting: string, path: string, value: string])[] = [
    ...Object.entries(SPIRE).map(([path, [key]]) => [`spire.images.${key}.digest`, path, ""] as const),
    ...Object.entries(MONITORING).flatMap(([path, [key, value]]) =>
        key === undefined ? [] : [[`monitoring.images.digests.${key}`, path, value] as const],
    ),
];

/**
 * The setting that names an image; `undefined` where none does.
 * @param repository Repository as the object names it, with its registry.
 * @param components Components that use it.
 * @param valueAt The value of a setting with its default, e.g. that of `mesh.image.repository`.
 */
export function settingOf(
    repository: string,
    components: readonly string[],
    valueAt: (path: string) => unknown,
): ImageSetting | undefined {
    const own = OWN.find((path) => components.includes("mesh") && valueAt(`${path}.repository`) === repository);
    if (own !== undefined) {
        return { digest: `${own}.digest`, names: `${own}.tag`, isChartValue: false };
    }
    const spire = endingOf(repository, SPIRE);
    if (spire !== undefined && (components.includes("spire") || components.includes("mesh"))) {
        const [key, tag] = spire;
        const names = tag === "own" ? `spire.images.${key}.tag` : "spire.version";
        return { digest: `spire.images.${key}.digest`, names, isChartValue: false };
    }
    const chart = components.includes("monitoring") ? endingOf(repository, MONITORING) : undefined;
    if (chart !== undefined) {
        const [key, names] = chart;
        return {
            digest: key === undefined ? undefined : `monitoring.images.digests.${key}`,
            names,
            isChartValue: true,
        };
    }
    return undefined;
}

/** The entry whose path a repository ends with: a mirror may put its own path before it. */
function endingOf<T>(repository: string, table: Readonly<Record<string, T>>): T | undefined {
    const path = Object.keys(table).find((ending) => repository === ending || repository.endsWith(`/${ending}`));
    return path === undefined ? undefined : table[path];
}
