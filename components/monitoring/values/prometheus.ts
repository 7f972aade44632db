import type { MonitoringArgs } from "../args";
import { PRIORITY_CLASS } from "../names";
import { sha } from "./images";
import { affinity } from "./services";
import type { Values } from "./types";

/** The chart's values for the Prometheus server. */
export function prometheusValues({ settings, environment }: Pick<MonitoringArgs, "settings" | "environment">): Values {
    const { prometheus } = settings;
    const replicated = prometheus.replicas > 1;
    return {
        prometheus: {
            podDisruptionBudget: { enabled: replicated, minAvailable: 1 },
            service: affinity(replicated),
            prometheusSpec: {
                ...sha(settings.images.digests.prometheus),
                replicas: prometheus.replicas,
                podAntiAffinity: replicated ? "hard" : "soft",
                retention: prometheus.retention,
                retentionSize: prometheus.retentionSize,
                storageSpec: storage(prometheus.storage),
                scrapeInterval: prometheus.scrapeInterval,
                evaluationInterval: prometheus.scrapeInterval,
                externalLabels: { cluster: environment.name, ...prometheus.externalLabels },
                remoteWrite: prometheus.remoteWrite.map(receiver),
                resources: prometheus.resources,
                priorityClassName: PRIORITY_CLASS,
                serviceDiscoveryRole: "EndpointSlice",
                // Otherwise objects without the label `release` would be ignored silently.
                serviceMonitorSelectorNilUsesHelmValues: false,
                podMonitorSelectorNilUsesHelmValues: false,
                ruleSelectorNilUsesHelmValues: false,
                probeSelectorNilUsesHelmValues: false,
                scrapeConfigSelectorNilUsesHelmValues: false,
            },
        },
    };
}

type Prometheus = MonitoringArgs["settings"]["prometheus"];

function storage(storage: Prometheus["storage"]): Values {
    return storage.type === "emptyDir"
        ? { emptyDir: { sizeLimit: storage.sizeLimit } }
        : {
              volumeClaimTemplate: {
                  spec: {
                      accessModes: ["ReadWriteOnce"],
                      ...(storage.storageClass === undefined ? {} : { storageClassName: storage.storageClass }),
                      resources: { requests: { storage: storage.size } },
                  },
              },
          };
}

function receiver({ url, auth }: Prometheus["remoteWrite"][number]): Values {
    switch (auth.type) {
        case "none":
            return { url };
        case "basic":
            return {
                url,
                basicAuth: {
                    username: { name: auth.secretName, key: auth.usernameKey },
                    password: { name: auth.secretName, key: auth.passwordKey },
                },
            };
        case "bearer":
            return { url, authorization: { credentials: { name: auth.secretName, key: auth.tokenKey } } };
    }
}
