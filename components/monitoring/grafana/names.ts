import type { GrafanaSettings } from "../../../settings/monitoring/grafana";

/** The one user that Grafana starts with. */
export const USER = "admin";

/** Keys of the Secret that Grafana reads at its start. */
export const USER_KEY = "admin-user";
export const PASSWORD_KEY = "admin-password";

/** Secret with the password, unless it is the user's own. */
export const PASSWORD_SECRET = "grafana-admin";

/** Role of the sidecars. */
export const CONFIG_MAP_READER = "grafana-config-map-reader";

/** Annotation of the pod whose change restarts Grafana. */
export const ROTATION_ANNOTATION = "grafana.x0tta6bl4.mesh/password-rotation";

/** Annotation of a dashboard's ConfigMap: the folder that Grafana shows it in. */
export const FOLDER_ANNOTATION = "grafana_folder";

/** Name of the Secret that Grafana's password is in. */
export function passwordSecret({ password }: Pick<GrafanaSettings, "password">): string {
    return password.type === "existing" ? password.secretName : PASSWORD_SECRET;
}
