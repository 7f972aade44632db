/** Ports of the mesh that `x0 port-forward` opens, by name. */
export const MESH_PORTS = ["http", "metrics"] as const;

/** Services of monitoring that `x0 monitoring` opens. */
export const MONITORING_SERVICES = ["grafana", "prometheus", "alertmanager"] as const;

/** See {@link MONITORING_SERVICES}. */
export type MonitoringService = (typeof MONITORING_SERVICES)[number];
