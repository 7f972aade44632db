/**
 * API group of the CRDs that the monitoring chart installs, or the local run without the chart. Helm installs the CRDs of a chart's
 * `crds/` folder once, and neither upgrades nor deletes them (helm.sh/docs/chart_best_practices/custom_resource_definitions).
 */
export const MONITORING_CRDS = "monitoring.coreos.com";
