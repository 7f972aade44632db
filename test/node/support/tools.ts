import { NODE_TOOLS } from "../../../tools/nodeTable";
import type { NodeToolName } from "../../../tools/types";

const isNodeTool = (name: string): name is NodeToolName => name in NODE_TOOLS;

/** Programs that run beside the containers. */
export const HOST_TOOL_NAMES = ["kubelet", "kube-proxy", "kube-router"] as const satisfies readonly NodeToolName[];

/** Programs of the monitoring chart: they are built only where the chart is there. */
export const MONITORING_TOOL_NAMES = [
    "prometheus",
    "alertmanager",
    "kube-state-metrics",
    "node-exporter",
    "prometheus-operator",
    "prometheus-config-reloader",
] as const satisfies readonly NodeToolName[];

/** All programs of a node, and of what a stack runs on it without monitoring. */
export const NODE_TOOL_NAMES: readonly NodeToolName[] = Object.keys(NODE_TOOLS)
    .filter(isNodeTool)
    .filter((name) => !MONITORING_TOOL_NAMES.some((other) => other === name));
