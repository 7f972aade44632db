import type { AlertmanagerSettings } from "../../../settings/monitoringAlertmanager";
import { credentialSecrets, receiverConfigs } from "./receivers";
import { inhibitRules, routeTree } from "./routes";

/** Alertmanager's own configuration file: no credential is in it, only the names of files. */
export function alertmanagerConfig({ receivers, routing }: AlertmanagerSettings) {
    return {
        global: { resolve_timeout: "5m" },
        route: routeTree(routing),
        receivers: receiverConfigs(receivers),
        inhibit_rules: inhibitRules,
        templates: ["/etc/alertmanager/config/*.tmpl"],
    };
}

/** The chart's values under `alertmanager`. */
export function alertmanagerValues(settings: AlertmanagerSettings, namespace: string) {
    const { replicas, storage } = settings;
    const several = replicas > 1;
    return {
        config: alertmanagerConfig(settings),
        serviceAccount: { automountServiceAccountToken: false },
        ...(several ? { podDisruptionBudget: { enabled: true, minAvailable: replicas - 1 } } : {}),
        alertmanagerSpec: {
            replicas,
            ...(several ? { podAntiAffinity: "hard" } : {}),
            automountServiceAccountToken: false,
            retention: settings.retention,
            secrets: credentialSecrets(settings.receivers),
            // Routes from AlertmanagerConfig objects: of this namespace only, and matched as they are written.
            alertmanagerConfigNamespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": namespace } },
            alertmanagerConfigMatcherStrategy: { type: "None" },
            ...(settings.externalUrl === undefined ? {} : { externalUrl: settings.externalUrl }),
            ...(storage.type === "emptyDir" ? {} : { storage: volume(storage) }),
            resources: settings.resources,
        },
    };
}

function volume({ size, storageClass }: { readonly size: string; readonly storageClass?: string }) {
    return {
        volumeClaimTemplate: {
            spec: {
                accessModes: ["ReadWriteOnce"],
                ...(storageClass === undefined ? {} : { storageClassName: storageClass }),
                resources: { requests: { storage: size } },
            },
        },
    };
}
