import type { MonitoringArgs } from "../args";
import { restrictedContainer, unprivilegedPod } from "./security";
import type { Values } from "./types";

/** User of Grafana's image. */
const GRAFANA = 472;

/** Reads the health page of the sidecar that it runs in: each has a port of its own. */
const SIDECAR_HEALTH = {
    exec: {
        command: [
            "python",
            "-c",
            "import os,urllib.request as u;u.urlopen('http://127.0.0.1:'+os.environ['HEALTH_PORT']+'/healthz',timeout=4)",
        ],
    },
    periodSeconds: 30,
    timeoutSeconds: 8,
} satisfies Values;

/** Grafana. */
export function grafanaValues({ settings }: MonitoringArgs): Values {
    return {
        grafana: {
            testFramework: { enabled: false },
            admin: { existingSecret: "grafana-admin", userKey: "admin-user", passwordKey: "admin-password" },
            resources: { requests: { cpu: "100m", memory: "256Mi" }, limits: { cpu: "500m", memory: "512Mi" } },
            securityContext: unprivilegedPod(GRAFANA),
            containerSecurityContext: restrictedContainer,
            initChownData: { enabled: false },
            extraVolumes: [
                { name: "tmp", emptyDir: { sizeLimit: "64Mi" } },
                { name: "sc-tmp", emptyDir: { sizeLimit: "16Mi" } },
            ],
            extraVolumeMounts: [{ name: "tmp", mountPath: "/tmp" }],
            sidecar: {
                resources: { requests: { cpu: "20m", memory: "96Mi" }, limits: { cpu: "100m", memory: "192Mi" } },
                securityContext: restrictedContainer,
                livenessProbe: { ...SIDECAR_HEALTH, initialDelaySeconds: 30 },
                readinessProbe: SIDECAR_HEALTH,
                dashboards: sidecar(settings.namespace, "8084"),
                datasources: sidecar(settings.namespace, "8082"),
            },
            "grafana.ini": {
                analytics: { check_for_updates: false, check_for_plugin_updates: false, reporting_enabled: false },
                plugins: { preinstall_disabled: true },
                users: { allow_sign_up: false },
            },
        },
    };
}

/** What both sidecars need: a health port of their own and a directory that Python may write to. */
function sidecar(namespace: string, healthPort: string): Values {
    return {
        searchNamespace: [namespace],
        env: { HEALTH_PORT: healthPort },
        extraMounts: [{ name: "sc-tmp", mountPath: "/var/tmp" }],
    };
}
