import type { GrafanaSettings } from "../../../settings/monitoring/grafana";

/** Name of Grafana's initial admin user. */
export const USER = "admin";

/** Keys of the Secret that Grafana reads at startup. */
export const USER_KEY = "admin-user";
export const PASSWORD_KEY = "admin-password";

/** Secret with the password, unless the user provides one. */
export const PASSWORD_SECRET = "grafana-admin";

/** Role of the sidecars. */
export const CONFIG_MAP_READER = "grafana-config-map-reader";

/** Pod annotation whose change restarts Grafana. */
export const ROTATION_ANNOTATION = "grafana.x0tta6bl4.mesh/password-rotation";

/** Annotation of a dashboard's ConfigMap with the Grafana folder of the dashboard. */
export const FOLDER_ANNOTATION = "grafana_folder";

/** Name of the Secret that contains Grafana's password. */
export function passwordSecret({ password }: Pick<GrafanaSettings, "password">): string {
    return password.type === "existing" ? password.secretName : PASSWORD_SECRET;
}
