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

/** Volume for temporary files of the sidecars. */
const SIDECAR_TMP = "sidecar-tmp";

/** Ports of the sidecars' health pages; both would take the same one by default, and one of them would have none. */
const HEALTH_PORTS = { dashboards: "8084", datasources: "8082" } as const;

/**
 * Asks a sidecar's own health page. The chart's probes are shared by all sidecars, so the port is a variable, which `httpGet`
 * does not know: it would ask one of them for both. A plain socket, without site packages and environment (-I -S), takes
 * under half of the CPU time of urllib.
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
    // A Python of its own for each probe takes seconds on a busy node.
    timeoutSeconds: 8,
    failureThreshold: 3,
} as const;

/**
 * The page says no for the 60 s that one watch of the API server may last; three failures are 90 s. Liveness comes 15 s
 * after every second readiness probe, so that no two of them run at the same time and share the CPU limit.
 */
const SIDECAR_PROBES = {
    readinessProbe: { ...askHealth, initialDelaySeconds: 0, periodSeconds: 30 },
    livenessProbe: { ...askHealth, initialDelaySeconds: 45, periodSeconds: 60 },
} satisfies Values;

/** User of Grafana's image. */
const GRAFANA = 472;

/** The chart's values for Grafana. The password is in none of them: only the name of its Secret. */
export function grafanaValues({ settings: { grafana, images, namespace } }: MonitoringArgs): Values {
    return {
        grafana: {
            ...sha(images.digests.grafana),
            admin: { existingSecret: passwordSecret(grafana), userKey: USER_KEY, passwordKey: PASSWORD_KEY },
            // Grafana reads the password at its start only.
            podAnnotations: { [ROTATION_ANNOTATION]: grafana.password.rotation },
            defaultDashboardsEditable: false,
            // Reads one namespace, by a role of the component's own: the chart's would read its Secrets, too.
            rbac: { namespaced: true, useExistingRole: CONFIG_MAP_READER },
            resources: grafana.resources,
            securityContext: unprivilegedPod(GRAFANA),
            containerSecurityContext: { ...restrictedContainer, privileged: false },
            // The fsGroup is enough on a new volume; this container would run as root.
            initChownData: { enabled: false },
            testFramework: { enabled: false },
            persistence: { enabled: grafana.persistence.enabled, ...volume(grafana.persistence) },
            // Two pods on different nodes cannot have one ReadWriteOnce volume.
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
                // They are downloaded at the start, to a file system that is read-only.
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

/** The two sidecars that load dashboards and datasources from ConfigMaps. */
function sidecars({ sidecarResources }: GrafanaSettings, namespace: string): Values {
    const each = (name: keyof typeof HEALTH_PORTS) => ({
        enabled: true,
        searchNamespace: [namespace],
        resource: "configmap",
        env: { HEALTH_PORT: HEALTH_PORTS[name] },
        // Python needs a directory for temporary files; /tmp holds the volume with the dashboards.
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
