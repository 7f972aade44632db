/** A tool that only the real node of `npm run test:node` needs. */
export type NodeToolName =
    | "kubelet"
    | "kube-proxy"
    | "coredns"
    | "kube-router"
    | "spire-server"
    | "spire-agent"
    | "spire-controller-manager"
    | "prometheus"
    | "alertmanager"
    | "kube-state-metrics"
    | "node-exporter"
    | "prometheus-operator"
    | "prometheus-config-reloader";

/** A tool for images: a registry for the tests, a scanner, a verifier of signatures. */
export type ImageToolName = "crane" | "grype" | "cosign";

/** A tool that this repository can get. */
export type ToolName =
    | NodeToolName
    | ImageToolName
    | "pulumi"
    | "etcd"
    | "kwok"
    | "kwokctl"
    | "kube-apiserver"
    | "kube-controller-manager"
    | "kube-scheduler"
    | "kubectl"
    | "helm"
    | "promtool"
    | "amtool"
    | "actionlint"
    | "istioctl"
    | "rollouts-controller";

/** Where a tool came from in this run. */
export type ToolSource = "PATH" | "cache" | "download" | "go modules";

/** A tool that answered its version command. */
export interface Tool {
    /** Name of the tool. */
    readonly name: ToolName;
    /** Absolute path of the executable. */
    readonly path: string;
    /** Version that it reports, without a leading `v`, e.g. `1.36.3`. */
    readonly version: string;
    /** Where it came from. */
    readonly source: ToolSource;
}
