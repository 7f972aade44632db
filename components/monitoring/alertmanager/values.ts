import type { AlertmanagerSettings } from "../../../settings/monitoring/alertmanager";
import type { MonitoringArgs } from "../args";
import { PRIORITY_CLASS } from "../names";
import { sha } from "../values/images";
import { affinity } from "../values/services";
import type { Values } from "../values/types";
import { credentialSecrets, receiverConfigs } from "./receivers";
import { INHIBIT_RULES, routeTree } from "./routes";

/** Alertmanager's configuration: it contains no credentials, only paths of files that contain them. */
export function alertmanagerConfig({ receivers, routing }: Pick<AlertmanagerSettings, "receivers" | "routing">) {
    return {
        global: { resolve_timeout: "5m" },
        route: routeTree(routing),
        receivers: receiverConfigs(receivers),
        inhibit_rules: INHIBIT_RULES,
        templates: ["/etc/alertmanager/config/*.tmpl"],
    };
}

/** The chart's values for Alertmanager. */
export function alertmanagerValues({ settings: { alertmanager, images, namespace } }: MonitoringArgs): Values {
    const { replicas, storage } = alertmanager;
    const replicated = replicas > 1;
    return {
        alertmanager: {
            config: alertmanagerConfig(alertmanager),
            // Alertmanager never calls the API server.
            serviceAccount: { automountServiceAccountToken: false },
            podDisruptionBudget: { enabled: replicated, minAvailable: Math.max(1, replicas - 1) },
            service: affinity(replicated),
            alertmanagerSpec: {
                ...sha(images.digests.alertmanager),
                replicas,
                podAntiAffinity: replicated ? "hard" : "soft",
                automountServiceAccountToken: false,
                retention: alertmanager.retention,
                secrets: credentialSecrets(alertmanager.receivers),
                // AlertmanagerConfig objects are read from this namespace only, and their matchers are used unchanged.
                alertmanagerConfigNamespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": namespace } },
                alertmanagerConfigMatcherStrategy: { type: "None" },
                externalUrl: alertmanager.externalUrl,
                storage: storage.type === "emptyDir" ? {} : volume(storage),
                resources: alertmanager.resources,
                priorityClassName: PRIORITY_CLASS,
            },
        },
    };
}

function volume({ size, storageClass }: { readonly size: string; readonly storageClass?: string }): Values {
    return {
        volumeClaimTemplate: {
            spec: {
                accessModes: ["ReadWriteOnce"],
                storageClassName: storageClass,
                resources: { requests: { storage: size } },
            },
        },
    };
}
