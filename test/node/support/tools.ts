import { NODE_TOOLS } from "../../../tools/nodeTable";
import type { NodeToolName } from "../../../tools/types";

const isNodeTool = (name: string): name is NodeToolName => name in NODE_TOOLS;

/** Names of all programs of a node, and of what a stack runs on it. */
export const NODE_TOOL_NAMES: readonly NodeToolName[] = Object.keys(NODE_TOOLS).filter(isNodeTool);

/** Programs that run beside the containers. */
export const HOST_TOOL_NAMES = ["kubelet", "kube-proxy", "kube-router"] as const satisfies readonly NodeToolName[];
