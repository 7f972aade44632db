import type { MonitoringArgs } from "../args";
import { sha } from "../values/images";
import { restrictedContainer, unprivilegedPod } from "../values/security";
import type { Values } from "../values/types";
import type { GrafanaSettings } from "../../../settings/monitoring/grafana";
import {
    CONFIG_MAP_READER,
    FOLDER_ANNOTATION,
    PASSWORD_KEY,
    passwordSecret,
    ROTATION_ANNOTATION,
    USER_KEY,
} from "./names";

/** Name of the volume for temporary files of the sidecars. */
const SIDECAR_TMP = "sidecar-tmp";

/**
 * Ports of the sidecars' health endpoints; by default both use the same port, so that one of them could not bind it.
 */
const HEALTH_PORTS = { dashboards: "8084", datasources: "8082" } as const;

/**
 * Probes a sidecar's own health endpoint. The chart applies the same probes to all sidecars, so the port is an
 * environment variable, which `httpGet` does not support: it would probe the same sidecar for both. A plain socket,
 * without site packages and environment (-I -S), takes less than half of the CPU time of urllib.
 */
const askHealth = {
    exec: {
        command: [
            "python",
            "-I",
            "-S",
            "-c",
            "import os,socket,sys;" +
                "c=socket.create_connection(('127.0.0.1',int(os.environ['HEALTH_PORT'])),4);" +
                "c.sendall(b'GET /healthz HTTP/1.0\\r\\n\\r\\n');" +
                "sys.exit(b' 200 ' not in c.makefile('rb').read())",
        ],
    },
    // Each probe starts a Python process, which takes seconds on a busy node.
    timeoutSeconds: 8,
    failureThreshold: 3,
} as const;

/**
 * The endpoint can report unhealthy for the 60 s that one API server watch may last; three failures take 90 s. Liveness
 * probes run 15 s after every second readiness probe, so that two probes never run at the same time and share the CPU
 * limit.
 */
const SIDECAR_PROBES = {
    readinessProbe: { ...askHealth, initialDelaySeconds: 0, periodSeconds: 30 },
    livenessProbe: { ...askHealth, initialDelaySeconds: 45, periodSeconds: 60 },
} satisfies Values;

/** User ID of Grafana's image. */
const GRAFANA = 472;

/** The chart's values for Grafana. They contain the name of the password's Secret, never the password. */
export function grafanaValues({ settings: { grafana, images, namespace } }: MonitoringArgs): Values {
    return {
        grafana: {
            ...sha(images.digests.grafana),
            admin: { existingSecret: passwordSecret(grafana), userKey: USER_KEY, passwordKey: PASSWORD_KEY },
            // Grafana reads the password only at startup.
            podAnnotations: { [ROTATION_ANNOTATION]: grafana.password.rotation },
            defaultDashboardsEditable: false,
            // The sidecars read one namespace, with a Role of this component: the chart's Role would also allow reading
            // Secrets.
            rbac: { namespaced: true, useExistingRole: CONFIG_MAP_READER },
            resources: grafana.resources,
            securityContext: unprivilegedPod(GRAFANA),
            containerSecurityContext: { ...restrictedContainer, privileged: false },
            // The fsGroup is sufficient for a new volume; this container would run as root.
            initChownData: { enabled: false },
            testFramework: { enabled: false },
            persistence: { enabled: grafana.persistence.enabled, ...volume(grafana.persistence) },
            // Two pods on different nodes cannot mount the same ReadWriteOnce volume.
            deploymentStrategy: { type: grafana.persistence.enabled ? "Recreate" : "RollingUpdate" },
            extraVolumes: [
                { name: "tmp", emptyDir: { sizeLimit: "64Mi" } },
                { name: SIDECAR_TMP, emptyDir: { sizeLimit: "16Mi" } },
            ],
            extraVolumeMounts: [{ name: "tmp", mountPath: "/tmp" }],
            sidecar: { ...sha(images.digests.sidecar), ...sidecars(grafana, namespace) },
            "grafana.ini": {
                analytics: { check_for_updates: false, check_for_plugin_updates: false, reporting_enabled: false },
                news: { news_feed_enabled: false },
                // Plugins would be downloaded at startup, to a filesystem that is read-only.
                plugins: { preinstall_disabled: true },
                users: { allow_sign_up: false },
                security: { disable_gravatar: true },
                snapshots: { external_enabled: false },
                ...(grafana.externalUrl === undefined ? {} : { server: { root_url: grafana.externalUrl } }),
            },
        },
    };
}

function volume({ size, storageClass }: GrafanaSettings["persistence"]): Values {
    return { size, storageClassName: storageClass };
}

/** Values of the two sidecars that load dashboards and data sources from ConfigMaps. */
function sidecars({ sidecarResources }: GrafanaSettings, namespace: string): Values {
    const each = (name: keyof typeof HEALTH_PORTS) => ({
        enabled: true,
        searchNamespace: [namespace],
        resource: "configmap",
        env: { HEALTH_PORT: HEALTH_PORTS[name] },
        // Python needs a directory for temporary files; the volume with the dashboards is mounted at /tmp.
        extraMounts: [{ name: SIDECAR_TMP, mountPath: "/var/tmp" }],
    });
    return {
        resources: sidecarResources,
        securityContext: restrictedContainer,
        ...SIDECAR_PROBES,
        dashboards: {
            ...each("dashboards"),
            folderAnnotation: FOLDER_ANNOTATION,
            provider: { foldersFromFilesStructure: true, allowUiUpdates: false },
        },
        datasources: each("datasources"),
    };
}
