/** Ports of the mesh for `x0 port-forward`, by name. */
export const MESH_PORTS = ["http", "metrics"] as const;

/** Services for `x0 monitoring`. */
export const MONITORING_SERVICES = ["grafana", "prometheus", "alertmanager"] as const;

/** See {@link MONITORING_SERVICES}. */
export type MonitoringService = (typeof MONITORING_SERVICES)[number];
